// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/inbox.h"

namespace belfry::client {

enum Pending { NothingPending = 0, PendingRead = 1, PendingAck = 2 };
enum Faded { NotFaded = 0, FadedExpired = 1, FadedLocal = 2 };

/// A notification on its way in, with this person's state of it where a list said so.
struct Inbox::Incoming
{
    const Notification& notification;
    Seq number = 0;
    Seq stateSeq = 0;
    std::optional<Time> readAt, ackedAt;
    std::string answer;
    bool isListed = false; ///< says this person's state
    bool isShown = false;
    RowId rowId = 0; ///< 0: the next one
};

/// What a commit has done so far.
struct Inbox::Gathered
{
    QList<RowId> inserted;
    QSet<RowId> changed;
    QList<RowId> removed;
    QList<RowId> withdrawn;
    QList<std::pair<RowId, RowId>> replaced;
    bool isMuch = false;
};

/// The few columns of a stored row that decide what happens to it.
struct Inbox::Known
{
    RowId rowId = 0;
    QString log;
    Seq number = 0;
    bool isRead = false;
    bool isAcked = false;
    Seq stateSeq = 0;
    int faded = NotFaded;
    int pending = NothingPending;
    bool isDeleted = false;
    std::optional<qint64> expiresAt;
};

/// Selected by every query whose rows become Known.
#define BELFRY_KNOWN_COLUMNS                                                                                           \
    "row_id, log, number, read_at IS NOT NULL, acked_at IS NOT NULL, state_seq, faded, pending, deleted, expires_at"

} // namespace belfry::client
