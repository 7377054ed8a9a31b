// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/inbox_database.h"
#include "client/row.h"
#include "protocol/event.h"
#include "protocol/json.h"
#include "protocol/time.h"

#include <QList>
#include <QSet>
#include <QString>

#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace belfry::client {

/// A connection's number within the inbox.
using LinkId = qint64;

/// Why the server's list is being read.
enum class Listing { None = 0, First = 1, Reset = 2, OtherLog = 3 };

/// Where a connection stands in its server's log, as stored.
struct LinkPlace
{
    LinkId id = 0;
    QString log;
    std::optional<Seq> cursor; ///< the stream's alone
    Seq pollSeen = 0;          ///< up to where polling has asked
    Listing listing = Listing::None;
    std::optional<Seq> listingBefore; ///< the list is read below this; nothing: from the newest
    bool isLimitationTold = false;
    bool wasEverConnected = false;
};

/// An event with the number it has in the log; 0 where it has none.
struct NumberedEvent
{
    StreamEvent event;
    Seq number = 0;
};

/// What one commit changed, for those who show it.
struct Effects
{
    QList<Row> inserted; ///< newest last
    QList<Row> changed;
    QList<RowId> removed;
    QList<RowId> withdrawn;                  ///< their popups are to go
    QList<std::pair<RowId, RowId>> replaced; ///< an earlier row, and the inserted one that takes its place
    bool isMuch = false;                     ///< more than is worth listing: read anew

    bool isEmpty() const
    {
        return inserted.isEmpty() && changed.isEmpty() && removed.isEmpty() && withdrawn.isEmpty() && !isMuch;
    }
};

/// A deletion of all that matches, part by part.
struct Deletion
{
    LinkId link = 0;
    RowQuery matching; ///< each part deletes its `limit` newest below `before`, and moves that down
    qint64 batch = 0;  ///< what undoPart() and finishDeletion() know it by
};

/// Part of a change to many rows.
struct ChangedPart
{
    Effects effects;
    bool isLast = false;
};

/// A page of the list as it was taken in.
struct ListedPage
{
    Effects effects;
    bool isDone = false; ///< nothing more is to be read
};

enum class ChangeKind { Read = 1, Unread = 2, ReadUpTo = 3, Acknowledge = 4 };

/// Something the person did that the server has not answered yet.
struct Change
{
    qint64 changeId = 0;
    ChangeKind kind = ChangeKind::Read;
    QString log;
    Seq number = 0;
    RowId rowId = 0; ///< 0 for ReadUpTo
    QString answer;
};

/// One person's local history over all connections: what came, this person's state of it, and what waits to be sent.
///
/// One commit holds rows, their effects and the cursor, so a crash neither loses nor doubles. Rows are named by
/// (connection, log, number); a row keeps the number its state is from, and older state never overwrites newer; what
/// waits to be sent is not overridden by the server (client.md, "What is kept, and under which name"). Thread: the one
/// that opened it. Errors: what the disk refuses, as a sentence for the window; nothing is changed then.
class Inbox
{
public:
    static constexpr int listingLimit = 10'000; ///< rows read from a server that is new to us
    static constexpr int rowLimit = 1'000'000;  ///< kept for each connection
    static constexpr int muchRows = 500;        ///< from here on Effects say only "much"

    explicit Inbox(const Clock& clock);
    ~Inbox();

    /// Opens or makes the file, 0600; finishes deletions whose undo ended with the last run.
    Result<void> open(const QString& path);
    bool isOpen() const { return m_database.isOpen(); }

    /// What time it is at the connection's server (its header Date): expiry goes by that alone. It goes on by the
    /// monotonic clock, so that a clock that is set here changes nothing. Nothing: not known (any more), and until it
    /// is nothing expires.
    void setServerTime(std::optional<Time> at);
    bool knowsServerTime() const { return m_serverTime.has_value(); }
    /// The server's time, or this machine's where that is not known.
    Time serverNow() const;
    /// What ends before this has expired.
    Time expiryTime() const { return knowsServerTime() ? serverNow() : Time{}; }

    // --- a connection's place -------------------------------------------------------------------------------------
    /// The connection's place, made where it is new.
    Result<LinkPlace> place(const QString& connectionId);
    /// The first look at a server, or its log's name where none was known.
    Result<void> enterLog(LinkId link, const QString& log);
    /// The list has to be read. `cursor`: where the stream stands now, nothing where it has to begin anew.
    Result<void> beginListing(LinkId link, Listing why, const QString& log, std::optional<Seq> cursor);
    Result<void> setPollSeen(LinkId link, Seq number);
    Result<void> noteConnected(LinkId link);
    Result<void> noteLimitationTold(LinkId link);
    /// Whether the disk takes anything again; opens the file where that had failed.
    Result<void> tryWriting();

    // --- what a server says ---------------------------------------------------------------------------------------
    /// Events of the stream, in order. The cursor moves to the last number.
    Result<Effects> apply(LinkId link, UserId self, std::span<const NumberedEvent> events);
    /// A page of the list, newest first, as `place().listing` asks for. Critical ones of a first look that are to be
    /// shown come unshown, the others as shown.
    Result<ListedPage> addListed(LinkId link, std::span<const ListItem> items, Seq latestId, bool isLastPage);
    /// New items by polling, ascending.
    Result<Effects> addPolled(LinkId link, std::span<const ListItem> items, Seq latestId);
    /// The newest page while polling: state, and what is missing in its range is gone unless it expired.
    Result<Effects> settlePage(LinkId link, std::span<const ListItem> items, Seq latestId);
    /// Fades what has expired by the server's clock.
    Result<Effects> expire(LinkId link);
    std::optional<Time> nextExpiry(LinkId link); ///< nothing, too, where the server's time is not known

    // --- what the person does -------------------------------------------------------------------------------------
    /// `isTold`: the server is to be told (not on a classic backend).
    Result<Effects> markRead(LinkId link, const QList<RowId>& rows, bool isTold);
    Result<Effects> markUnread(LinkId link, const QList<RowId>& rows, bool isTold);
    Result<Effects> markAllRead(LinkId link, const RowQuery& matching, bool isTold);
    Result<Effects> acknowledge(LinkId link, RowId row, const QString& answer);
    Result<Effects> deleteRows(LinkId link, const QList<RowId>& rows);
    Deletion beginDeletion(LinkId link, const RowQuery& matching, int atOnce);
    Result<ChangedPart> deletePart(Deletion& deletion);
    /// Brings back at most `limit` rows of a deletion that is not finished yet, the newest first.
    Result<ChangedPart> undoPart(LinkId link, qint64 batch, int limit);
    /// The last deletion's batch: what undoPart() is told, and finishDeletion() once its undo has passed. 0: none.
    qint64 lastDeletion() const { return m_lastDeletion; }
    /// Makes tombstones of at most `limit` rows of deletions up to `batch`; marks them read at the server.
    /// @return whether there are more
    Result<bool> finishDeletion(qint64 batch, int limit, bool isTold);
    Result<void> setShown(const QList<RowId>& rows, bool isShown);

    // --- what waits to be sent ------------------------------------------------------------------------------------
    /// The next changes of one kind and in order, at most `limit`.
    QList<Change> nextChanges(LinkId link, int limit);
    Result<Effects> changesAnswered(LinkId link, const QList<Change>& changes);
    /// What the server would not have. `note`: a sentence for the row. `holds`: the state it has there, where known.
    Result<Effects> changeRefused(LinkId link, const Change& change, const QString& note,
                                  const std::optional<ListItem>& holds);
    QList<Row> waitingRows(LinkId link, int limit);

    // --- looking --------------------------------------------------------------------------------------------------
    int unread(LinkId link);
    Row row(RowId rowId);
    /// Unread and not shown yet: what a crash or a quit left.
    QList<Row> unshown(LinkId link);
    Seq newestNumber(LinkId link);

    // --- keeping it small -----------------------------------------------------------------------------------------
    /// Removes at most `limit` rows beyond one year (read ones) and beyond `keepRows` (unread ones last).
    /// @return whether there are more
    Result<bool> retain(LinkId link, int keepRows, int limit);
    /// The person has removed a connection: nobody's from now on, and cleared away by clearRemoved().
    Result<void> remove(const QString& connectionId);
    /// Clears away at most `limit` rows, and so many tombstones, of what was removed. @return whether there is more
    Result<bool> clearRemoved(int limit);

private:
    struct Incoming;
    struct Gathered;
    struct Known;

    void gatherNotification(LinkId link, const QString& log, const Incoming& item, Gathered& gathered);
    bool adopt(LinkId link, const QString& log, const Incoming& item, Gathered& gathered);
    void mergeState(const Known& known, const Incoming& item, Gathered& gathered);
    void gatherRead(LinkId link, const QString& log, const ReadState& read, Seq number, Gathered& gathered);
    void gatherUnread(LinkId link, const QString& log, const UnreadState& unread, Seq number, Gathered& gathered);
    void gatherAcked(LinkId link, const QString& log, const Acked& acked, Seq number, Gathered& gathered);
    void gatherRetracted(LinkId link, const QString& log, const Retracted& retracted, Seq number, Gathered& gathered);
    void take(LinkId link, const Known& known, Gathered& gathered);
    void entomb(LinkId link, RowId rowId);
    void finishListing(LinkId link, bool isEnd, Gathered& gathered);
    Effects settle(Gathered& gathered);
    std::optional<Known> find(LinkId link, const QString& log, Seq number);
    QList<Known> known(QSqlQuery& query) const;
    void queue(LinkId link, ChangeKind kind, const Known& known, const QString& answer = {});
    RowId nextRowId();
    Result<Effects> commit(Gathered& gathered);
    QStringList otherLogs(LinkId link, const QString& log);
    LinkPlace placeOf(LinkId link);
    Result<Effects> mark(LinkId link, const QString& whereUnread, const QVariantList& values, bool isTold);
    Result<Effects> hide(LinkId link, const QString& where, const QVariantList& values);

    const Clock& m_clock;
    std::optional<Time> m_serverTime; ///< at m_serverTimeAt
    std::chrono::steady_clock::time_point m_serverTimeAt{};
    InboxDatabase m_database;
    QString m_path;
    RowId m_nextRow = 1;
    RowId m_storedNextRow = 1;
    qint64 m_lastDeletion = 0;
};

} // namespace belfry::client
