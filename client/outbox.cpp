// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/outbox.h"

#include "client/sync_words.h"

#include <algorithm>

namespace belfry::client {
namespace {

constexpr int changesAtOnce = 500;
constexpr std::chrono::milliseconds longestDelay{300'000};
/// Up to this a server's Retry-After counts (protocol.md, "The client's rules").
constexpr std::chrono::milliseconds longestAsked{3'600'000};

/// Whether it may go well another time. Only the server itself refuses, in its own words: a page or a redirect from
/// whatever sits on the way (a sign-in to the Wi-Fi, a proxy's 404) is no answer.
bool isPassing(const Error& error)
{
    const bool isRefusal = error.status >= 400 && error.status < 500 && error.code.rfind("http_", 0) != 0;
    return !isRefusal || error.status == 408 || error.status == 429;
}

} // namespace

Outbox::Outbox(Inbox& inbox, std::chrono::milliseconds sendAgain, QObject* parent)
    : QObject(parent), m_inbox(inbox), m_firstDelay(sendAgain), m_delay(sendAgain)
{
    m_retry.setSingleShot(true);
    connect(&m_retry, &QTimer::timeout, this, &Outbox::flush);
}

void Outbox::start(LinkId link, Api* api)
{
    stop();
    m_link = link;
    m_api = api;
}

void Outbox::stop()
{
    ++m_generation;
    m_link = 0;
    m_api = nullptr;
    m_isConnected = m_isBusy = false;
    m_delay = m_firstDelay;
    m_notBefore = {};
    m_retry.stop();
}

void Outbox::setConnected(bool isConnected)
{
    m_isConnected = isConnected;
    if (isConnected) {
        m_delay = m_firstDelay;
        m_retry.stop();
        // A stream that is back does not shorten the wait that the server asked for.
        if (!m_notBefore.hasExpired())
            m_retry.start(std::chrono::ceil<std::chrono::milliseconds>(m_notBefore.remainingTimeAsDuration()));
        flush();
    }
}

void Outbox::flush()
{
    if (m_isBusy || !m_isConnected || m_link == 0 || m_api == nullptr || m_retry.isActive()) {
        return;
    }
    const QList<Change> changes = m_inbox.nextChanges(m_link, changesAtOnce);
    if (!changes.isEmpty()) {
        m_isBusy = true;
        send(changes);
    }
}

template <class T> Answer<T> Outbox::answerTo(const QList<Change>& changes)
{
    return [this, generation = m_generation, changes](Result<T> result) {
        if (generation != m_generation) {
            return;
        }
        m_isBusy = false;
        if (result) {
            answered(changes);
        } else {
            failed(changes, result.error());
        }
    };
}

void Outbox::send(const QList<Change>& changes)
{
    const Change& first = changes.first();
    std::vector<Seq> ids;
    for (const Change& change : changes) {
        ids.push_back(change.number);
    }
    switch (first.kind) {
    case ChangeKind::Read:
        m_api->markRead(ReadState{std::move(ids), std::nullopt}, answerTo<std::int64_t>(changes));
        break;
    case ChangeKind::ReadUpTo:
        m_api->markRead(ReadState{{}, first.number}, answerTo<std::int64_t>(changes));
        break;
    case ChangeKind::Unread:
        m_api->markUnread(ids, answerTo<std::int64_t>(changes));
        break;
    case ChangeKind::Acknowledge:
        m_api->acknowledge(first.number, first.answer, answerTo<AckAnswer>(changes));
        break;
    }
}

void Outbox::answered(const QList<Change>& changes)
{
    m_delay = m_firstDelay;
    if (Result<Effects> effects = m_inbox.changesAnswered(m_link, changes); effects) {
        Q_EMIT happened(*effects);
        flush();
    } else {
        m_retry.start(m_delay); // the disk's fault: said by others; sending twice does no harm
    }
}

void Outbox::failed(const QList<Change>& changes, const Error& error)
{
    if (error.status == 401) {
        m_isConnected = false;
        Q_EMIT unauthorized();
        return;
    }
    if (isPassing(error)) {
        const auto asked =
            std::min<std::chrono::milliseconds>(std::chrono::seconds(error.retryAfterSeconds), longestAsked);
        m_notBefore = QDeadlineTimer(asked);
        m_retry.start(std::max(asked, m_delay));
        m_delay = std::min(m_delay * 2, longestDelay);
        return;
    }
    if (error.status == 409 && changes.first().kind == ChangeKind::Acknowledge) {
        askWhatHolds(changes.first(), error);
        return;
    }
    for (const Change& change : changes) {
        refuse(change, error, std::nullopt);
    }
    flush();
}

void Outbox::askWhatHolds(const Change& change, const Error& error)
{
    m_isBusy = true;
    ListRequest request;
    request.beforeId = change.number + 1;
    request.limit = 1;
    m_api->list(request, [this, generation = m_generation, change, error](Result<ListAnswer> answer) {
        if (generation != m_generation) {
            return;
        }
        m_isBusy = false;
        std::optional<ListItem> holds;
        if (answer && !answer->items.empty() && answer->items.front().notification.id == change.number) {
            holds = answer->items.front();
        }
        refuse(change, error, holds);
        flush();
    });
}

void Outbox::refuse(const Change& change, const Error& error, const std::optional<ListItem>& holds)
{
    const QString note =
        change.kind == ChangeKind::Acknowledge
            ? words::answerRefused(error, change.answer, holds ? QString::fromStdString(holds->answer) : QString())
            : words::notDone(error);
    if (Result<Effects> effects = m_inbox.changeRefused(m_link, change, note, holds); effects) {
        Q_EMIT happened(*effects);
    }
}

} // namespace belfry::client
