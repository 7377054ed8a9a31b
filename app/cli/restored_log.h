// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/access.h"
#include "client/api.h"
#include "client/backoff.h"
#include "protocol/sse_parser.h"

#include <QTimer>

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <tuple>
#include <vector>

namespace belfry::cli {

/// Carries a Belfry stream over a restore of its server from a backup (client.md, "Reset, or another Belfry-Log").
///
/// Events pass through. Where the server says `reset`, or comes back with another log, those that follow wait until the
/// list was read, newest first, back to what was delivered or what was there before: what is new in it is delivered
/// first, in order, and none of it twice. What it does is said on stderr. Remembers 10,000 messages and reads so many
/// rows. Thread: its creator's; needs an event loop.
class RestoredLog : public QObject
{
public:
    /// @param deliver  takes each event that is to be seen, in order
    RestoredLog(QNetworkAccessManager* network, std::function<void(const SseEvent&)> deliver);

    /// Where the list is read. @param startId  what the first connection resumes after; empty: it begins now
    void begin(const Access& access, const QString& startId);
    /// The stream is open (EventSource::opened()). @param serverTime  its clock then
    void opened(const QString& log, std::optional<Time> serverTime);
    void received(const SseEvent& event);

private:
    /// What tells a message from others, whatever its log counts.
    using Name = std::tuple<Seq, UserId, Time, std::string>;

    static Name nameOf(const Notification& notification);
    void readAgain();
    void readPage(std::optional<Seq> before);
    void onPage(const client::ListAnswer& page);
    void onFailed(const Error& error);
    void finishReading();
    void pass(const SseEvent& event);
    void remember(const Notification& notification);
    bool wasThere(const Notification& notification) const;

    QNetworkAccessManager* m_network;
    std::function<void(const SseEvent&)> m_deliver;
    std::unique_ptr<client::Api> m_api;
    client::Backoff m_backoff;
    QTimer m_retry;

    QString m_log;
    std::optional<Seq> m_startId;
    std::optional<Time> m_openedAt;

    std::set<Name> m_delivered;
    std::deque<Name> m_order; ///< of m_delivered, oldest first

    bool m_isReading = false;
    bool m_isAsking = false;   ///< a page is on its way
    bool m_isOutdated = false; ///< what is being read: begin again
    std::size_t m_rows = 0;
    std::vector<Notification> m_found; ///< newest first
    std::deque<SseEvent> m_held;
};

} // namespace belfry::cli
