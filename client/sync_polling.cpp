// SPDX-License-Identifier: GPL-3.0-or-later
// Where the stream does not come through: the list, asked again and again (client.md, "Polling").
#include "client/sync.h"
#include "client/sync_words.h"

namespace belfry::client {
namespace {

constexpr int newPage = 500;
/// The newest page whose state is looked at with every poll.
constexpr int statePage = 100;
constexpr int attemptsBeforePolling = 2;

} // namespace

void Sync::onFirstByteMissing()
{
    if (m_mode == Mode::Polling) {
        m_source.stop();
        m_isTrial = false;
        m_streamDue = now() + m_times.streamAgain;
        return;
    }
    ++m_silentAttempts;
    ListRequest glance;
    glance.limit = 1;
    m_api->list(glance, forThisLink([this](Result<ListAnswer> answer) {
                    m_listAnswers = answer.has_value();
                    if (m_listAnswers && m_mode == Mode::Stream && !m_hadEvent &&
                        m_silentAttempts >= attemptsBeforePolling) {
                        enterPolling();
                    }
                }));
    if (m_silentAttempts < attemptsBeforePolling) {
        m_source.reconnectNow(true);
    }
    // Either the list answers by then, or nobody is there: an attempt may go on, and is looked at again.
    m_firstByteDue = now() + m_times.firstByte;
}

void Sync::enterPolling()
{
    m_mode = Mode::Polling;
    m_isTrial = false;
    m_firstByteDue.reset();
    m_source.stop();
    m_streamDue = now() + m_times.streamAgain;
    poll();
}

void Sync::leavePolling()
{
    m_mode = Mode::Stream;
    m_isTrial = false;
    m_isPolling = false;
    m_silentAttempts = 0;
    m_pollDue = m_streamDue = std::nullopt;
}

void Sync::poll()
{
    if (m_isPolling || m_mode != Mode::Polling) {
        return;
    }
    m_isPolling = true;
    m_pollDue.reset();
    if (m_place.id == 0 || m_isFaulty) {
        pollFailed(Error{0, "unreachable", {}, {}, 0});
        return;
    }
    if (!m_lastContact || now() - *m_lastContact > m_times.pollGap) {
        m_collector.begin(now());
    }
    // Which log it is, before its numbers are believed.
    m_api->server(forThisLink([this](Result<ServerCard> card) {
        if (m_mode != Mode::Polling) {
            return;
        }
        if (!card) {
            pollFailed(card.error());
            return;
        }
        if (!m_connection.serverId.isEmpty() && card->id != m_connection.serverId) {
            m_source.stop();
            refuse(LinkState::Refused, words::anotherServer(m_connection.address));
            return;
        }
        if (!m_place.log.isEmpty() && !card->log.isEmpty() && card->log != m_place.log) {
            m_source.setLastEventId(QString());
            beginListing(Listing::OtherLog, card->log, std::nullopt);
        } else if (!m_place.cursor && m_place.listing == Listing::None) {
            beginListing(Listing::First, card->log.isEmpty() ? m_connection.serverId : card->log, std::nullopt);
        }
        if (m_place.listing != Listing::None) {
            readList(); // its pages are the news for now
            pollDone();
            return;
        }
        pollNew();
    }));
}

void Sync::pollNew()
{
    ListRequest request;
    request.sinceId = std::max(m_place.pollSeen, m_place.cursor.value_or(0));
    request.limit = newPage;
    m_api->list(request, forThisLink([this](Result<ListAnswer> answer) {
                    if (m_mode != Mode::Polling) {
                        return;
                    }
                    if (!answer) {
                        pollFailed(answer.error());
                        return;
                    }
                    learnTime(answer->serverTime);
                    Result<Effects> effects = m_inbox.addPolled(m_place.id, answer->items, answer->latestId);
                    if (!effects) {
                        writeFailed(effects.error());
                        pollFailed(effects.error());
                        return;
                    }
                    for (const ListItem& item : answer->items) {
                        m_place.pollSeen = std::max(m_place.pollSeen, item.notification.id);
                    }
                    publish(*effects, m_collector, m_collector.isCollecting());
                    if (answer->items.size() >= static_cast<std::size_t>(newPage)) {
                        pollNew();
                        return;
                    }
                    if (answer->latestId > m_place.pollSeen && m_inbox.setPollSeen(m_place.id, answer->latestId)) {
                        m_place.pollSeen = answer->latestId;
                    }
                    pollState();
                }));
}

void Sync::pollState()
{
    m_pageStamp = m_stateStamp;
    ListRequest request;
    request.limit = statePage;
    m_api->list(request, forThisLink([this](Result<ListAnswer> answer) {
                    if (m_mode != Mode::Polling) {
                        return;
                    }
                    if (!answer) {
                        pollFailed(answer.error());
                        return;
                    }
                    // What the person did while it was on its way is not in it: the next one will do.
                    if (m_pageStamp == m_stateStamp) {
                        Result<Effects> effects = m_inbox.settlePage(m_place.id, answer->items, answer->latestId);
                        if (!effects) {
                            writeFailed(effects.error());
                            pollFailed(effects.error());
                            return;
                        }
                        publish(*effects, m_collector, m_collector.isCollecting());
                    }
                    pollDone();
                }));
}

void Sync::pollDone()
{
    m_isPolling = false;
    m_lastContact = m_lastPoll = now();
    m_pollDue = now() + (m_isWindowOpen ? m_times.pollOpen : m_times.poll);
    const bool isNews = m_status.state != LinkState::Polling;
    setState(LinkState::Polling);
    if (m_place.listing == Listing::None) {
        show(m_collector.caughtUp(now(), m_inbox.expiryTime()));
    }
    if (isNews) {
        Q_EMIT connected();
    }
}

void Sync::pollFailed(const Error& error)
{
    m_isPolling = false;
    m_pollDue = now() + (m_isWindowOpen ? m_times.pollOpen : m_times.poll);
    if (error.status == 401 || error.status == 403) {
        m_source.stop();
        refuse(LinkState::SignedOut, words::signInAgain());
        Q_EMIT unauthorized();
        return;
    }
    if (error.code == "certificate") {
        m_source.stop();
        refuse(LinkState::Refused, words::refused(error, m_connection.address));
        return;
    }
    if (!m_lastPoll || now() - *m_lastPoll > m_times.pollFresh) {
        setState(LinkState::Waiting, words::lost(error, m_connection.address), momentIn(m_times.poll));
    }
}

} // namespace belfry::client
