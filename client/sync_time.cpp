// SPDX-License-Identifier: GPL-3.0-or-later
// What is to happen later: attempts, polls, pages, expiry, and writing again after the disk refused.
#include "client/sync.h"

namespace belfry::client {

void Sync::writeFailed(const Error& error)
{
    m_isFaulty = true;
    m_writeDue = now() + m_times.writeAgain;
    Q_EMIT faultChanged(QString::fromStdString(error.message));
    schedule();
}

void Sync::writeAgain()
{
    m_writeDue.reset();
    if (!m_inbox.tryWriting()) {
        m_writeDue = now() + m_times.writeAgain;
        return;
    }
    m_isFaulty = false;
    Q_EMIT faultChanged(QString());
    if (m_mode == Mode::Off) {
        return;
    }
    m_place = LinkPlace();
    inboxOpened();
    // The cursor stood still meanwhile: the stream says it all again.
    if (m_mode == Mode::Stream && !isClassic()) {
        m_queue.clear();
        m_source.setLastEventId(m_place.cursor ? QString::number(*m_place.cursor) : QString());
        m_source.reconnectNow(true);
    }
}

void Sync::schedule()
{
    std::optional<Moment> due;
    for (const std::optional<Moment>& one :
         {m_firstByteDue, m_pollDue, m_streamDue, m_finalDue, m_listDue, m_writeDue, m_collector.nextDue()}) {
        if (one) {
            due = due ? std::min(*due, *one) : *one;
        }
    }
    if (m_place.id != 0 && m_mode != Mode::Off) {
        if (const std::optional<Time> expiry = m_inbox.nextExpiry(m_place.id)) {
            const Moment at = now() + std::max(std::chrono::milliseconds(0), *expiry - m_inbox.serverNow());
            due = due ? std::min(*due, at) : at;
        }
    }
    if (!due) {
        m_timer.stop();
        return;
    }
    using namespace std::chrono;
    const auto wait = ceil<milliseconds>(*due - now());
    m_timer.start(std::clamp(wait, milliseconds(0), milliseconds(hours(1))));
}

void Sync::onTimer()
{
    const auto isDue = [this](std::optional<Moment>& due) {
        if (!due || *due > now()) {
            return false;
        }
        due.reset();
        return true;
    };
    if (isDue(m_writeDue)) {
        writeAgain();
    }
    if (m_mode != Mode::Off) {
        if (m_place.id != 0) {
            if (Result<Effects> expired = m_inbox.expire(m_place.id); expired && !expired->isEmpty()) {
                note(*expired);
                Q_EMIT happened(*expired);
            }
        }
        show(m_collector.tick(now(), m_inbox.expiryTime()));
        if (isDue(m_firstByteDue)) {
            onFirstByteMissing();
        }
        if (isDue(m_finalDue)) {
            setState(LinkState::Connecting, m_status.reason);
            if (isClassic() || m_connection.isOwnServer) {
                openStream();
            } else {
                checkIdentity([this] { openStream(); });
            }
        }
        if (isDue(m_listDue)) {
            readList();
        }
        if (isDue(m_pollDue)) {
            poll();
        }
        if (isDue(m_streamDue) && m_mode == Mode::Polling) {
            m_isTrial = true;
            openStream();
        }
    }
    schedule();
}

} // namespace belfry::client
