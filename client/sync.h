// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/api.h"
#include "client/client.h"
#include "client/connection.h"
#include "client/event_source.h"
#include "client/inbox.h"
#include "client/sync_collector.h"

#include <QObject>
#include <QSet>
#include <QTimer>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

class QNetworkAccessManager;

namespace belfry::client {

/// The intervals of client.md, in one place so that tests need not wait for them.
struct SyncTimes
{
    Collector::Times collecting;
    std::chrono::milliseconds firstByte{15'000}; ///< an attempt without a byte for so long counts against the stream
    std::chrono::milliseconds poll{15'000};
    std::chrono::milliseconds pollOpen{3'000}; ///< with a window open
    std::chrono::milliseconds streamAgain{300'000};
    std::chrono::milliseconds pollGap{60'000};     ///< after so long a poll is collected
    std::chrono::milliseconds pollFresh{75'000};   ///< connected while the last poll is younger
    std::chrono::milliseconds finalAgain{600'000}; ///< what is final is tried again after so long
    std::chrono::milliseconds listAgain{15'000};
    std::chrono::milliseconds writeAgain{15'000};
    std::optional<std::chrono::milliseconds> reconnectDelay; ///< else as the server says
    std::chrono::milliseconds idleTimeout{75'000};           ///< a stream without a byte for so long is dead
    std::chrono::milliseconds callSilence{30'000};           ///< a call without a byte for so long is over
    std::chrono::milliseconds sendAgain{5'000};              ///< what the person did, after a failure; doubled
};

/// Stream or polling → inbox, for one connection at a time; decides what is to be shown (client.md).
///
/// Follows the stream, reads the list where there is no cursor or the log is another one, falls back to polling where
/// the stream does not come through, and goes back by itself. Every event is stored before anybody hears of it. Thread:
/// its object's, which is also the inbox's. Owns its calls and its stream; the inbox outlives it.
class Sync : public QObject
{
    Q_OBJECT
public:
    Sync(Inbox& inbox, QNetworkAccessManager* network, const Clock& clock, SyncTimes times, QObject* parent = nullptr);
    ~Sync() override;

    void start(const Connection& connection, const QString& token);
    void stop();
    /// A renewed token: the stream is opened anew with it.
    void renewToken(const QString& token);
    /// The person asked, or the network changed: a hint, tries at once.
    void retryNow();
    /// The link may be dead without knowing: hollow bell, reconnect now.
    void wake();
    void setWindowOpen(bool isOpen);
    /// The person did something, or the server answered for it: what was collected may no longer hold.
    void note(const Effects& effects);
    /// The inbox was opened (again) or could not be.
    void inboxOpened();
    void inboxFailed(const Error& error);

    const LinkStatus& status() const { return m_status; }
    LinkId link() const { return m_place.id; }
    /// Calls to this link's server; nothing before the first start(). Good until the next one.
    Api* api() { return m_api.get(); }

Q_SIGNALS:
    void statusChanged(const belfry::client::LinkStatus& status);
    /// Committed; `withdrawn` and `replaced` included.
    void happened(const belfry::client::Effects& effects);
    void arrived(const belfry::client::Row& row, belfry::client::Arrival how);
    void replaced(belfry::client::RowId earlier, const belfry::client::Row& row);
    void awaySummary(int count);
    void awaySummaryDropped(int count);
    /// The server is there and knows us: send what waits, look at the token's age.
    void connected();
    void unauthorized();
    /// The disk takes nothing (a sentence), or does again (empty).
    void faultChanged(const QString& sentence);

private:
    using Moment = Collector::Moment;
    enum class Mode { Off, Stream, Polling };

    void makeCalls();
    void openStream();
    void onOpened(const QString& log);
    void onEvent(const SseEvent& event);
    void onState(EventSource::State state);
    void onWaiting(const Error& reason, std::chrono::milliseconds delay);
    void onFailed(const Error& reason);
    void onFirstByteMissing();
    void flush();
    void store(std::vector<NumberedEvent>& batch);
    void onReset(const Reset& reset, Seq number);
    void onPing();
    void publish(const Effects& effects, Collector& collector, bool isPast);
    void show(const Showing& showing);
    void becomeLive();
    void checkIdentity(const std::function<void()>& then);
    void learnTime(const std::optional<Time>& serverTime);
    void askTime();
    void compareTimes(const Notification& notification);
    void refuse(LinkState state, const QString& reason);
    void setState(LinkState state, const QString& reason = {}, const QDateTime& next = {});

    void beginListing(Listing why, const QString& log, std::optional<Seq> cursor);
    void readList();
    void takeList(const ListAnswer& answer);

    void enterPolling();
    void poll();
    void pollNew();
    void pollState();
    void pollFailed(const Error& error);
    void pollDone();
    void leavePolling();

    void writeFailed(const Error& error);
    void writeAgain();
    void showUnstored(const Notification& notification);
    bool wasShownUnstored(const Row& row);

    void schedule();
    void onTimer();
    Moment now() const { return m_clock.monotonic(); }
    /// What a clock on the wall will show then.
    QDateTime momentIn(std::chrono::milliseconds wait) const
    {
        return QDateTime::fromMSecsSinceEpoch((m_clock.now() + wait).time_since_epoch().count(), Qt::UTC);
    }
    bool isClassic() const { return m_connection.kind == ServerKind::Classic; }
    /// Guards an answer: only for the link it was asked for.
    template <class Handler> auto forThisLink(Handler handler)
    {
        return [this, generation = m_generation, handler = std::move(handler)](auto&& result) {
            if (generation == m_generation) {
                handler(std::forward<decltype(result)>(result));
                schedule();
            }
        };
    }

    Inbox& m_inbox;
    const Clock& m_clock;
    SyncTimes m_times;
    QNetworkAccessManager* m_network;
    std::unique_ptr<Api> m_api;
    std::unique_ptr<Api> m_anonymous; // carries no token: asks a server who it is
    EventSource m_source;
    Collector m_collector;
    Collector m_listed; // what a reset's list brings, for its own summary
    QTimer m_timer;

    Connection m_connection;
    QString m_token;
    LinkPlace m_place;
    LinkStatus m_status;
    Mode m_mode = Mode::Off;
    int m_generation = 0;
    bool m_isWindowOpen = false;
    bool m_tokenInQuery = false;
    bool m_hadEvent = false;    // in this attempt
    bool m_isTrial = false;     // the stream is tried while polling
    bool m_listAnswers = false; // while the stream does not
    int m_silentAttempts = 0;
    bool m_isListing = false; // a page is on its way
    bool m_isPolling = false; // a poll is on its way
    int m_stateStamp = 0;     // counts what the person did: a page asked for before it is stale
    int m_pageStamp = 0;
    bool m_isFaulty = false;
    bool m_isFlushQueued = false;
    std::vector<SseEvent> m_queue;
    QSet<QString> m_shownUnstored;
    RowId m_nextUnstored = -1;
    std::optional<Moment> m_firstByteDue, m_pollDue, m_streamDue, m_finalDue, m_listDue, m_writeDue, m_lastContact,
        m_lastPoll, m_timeLearned, m_timeAsked;
};

} // namespace belfry::client
