// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/row.h"

#include <QList>
#include <QSet>

#include <chrono>
#include <map>
#include <optional>

namespace belfry::client {

/// What is to be shown of what was collected.
struct Showing
{
    QList<RowId> singles;       ///< each as itself
    std::optional<int> summary; ///< one summary that counts so many; 0: withdraw the one that stands
    QList<RowId> summarised;    ///< those the summary stands for
};

/// What came while nobody was looking: gathered until the past ends, then shown as little as will do (client.md,
/// "Collecting").
///
/// Critical ones are shown singly, at the end or 10 s after they came, if they still hold. From 10 s on a summary
/// stands and counts on. What was read or retracted meanwhile is not counted. Exactly one message of under 2 minutes is
/// shown as itself. Pure but for the times it is given. Thread: one.
class Collector
{
public:
    using Moment = std::chrono::steady_clock::time_point;

    struct Times
    {
        std::chrono::milliseconds summaryAfter{10'000};
        std::chrono::milliseconds criticalAfter{10'000};
        std::chrono::milliseconds fresh{120'000};
    };

    explicit Collector(Times times) : m_times(times) {}

    /// From now on what comes is the past. Already collecting: nothing changes.
    void begin(Moment now);
    bool isCollecting() const { return m_began.has_value(); }
    void clear();

    void came(const Row& row, Moment now);
    /// Something happened to a row: it may no longer hold. A row that is gone has the rowId alone.
    void changed(const Row& row);
    void gone(RowId row) { drop(row); }
    /// All that is still watched, to be looked at anew after much has happened at once.
    QList<RowId> watched() const;

    /// Time passed.
    Showing tick(Moment now, Time serverNow);
    /// The past ends here.
    Showing caughtUp(Moment now, Time serverNow);
    /// When tick() has something to do; nothing: never by itself.
    std::optional<Moment> nextDue() const;
    /// The number of the summary that stands after what it counted was read or taken back elsewhere, once for each
    /// change.
    std::optional<int> takeDropped();

private:
    struct Held
    {
        Priority priority = Priority::Normal;
        Time createdAt{};
        std::optional<Time> expiresAt;
        Moment came{};
    };

    void drop(RowId row);
    void dropExpired(Time serverNow);
    bool isWorthASummary() const;
    QList<RowId> takeCritical(std::optional<Moment> until);
    QList<RowId> heldIds() const;

    Times m_times;
    std::optional<Moment> m_began;
    std::map<RowId, Held> m_held;
    QSet<RowId> m_summarised;      // of the summary that stands after the past has ended
    std::optional<int> m_standing; // what the summary on screen says
    std::optional<int> m_dropped;
};

} // namespace belfry::client
