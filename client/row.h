// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/notification.h"

#include <QDateTime>
#include <QList>
#include <QMetaType>
#include <QString>
#include <QStringList>

#include <limits>
#include <optional>

namespace belfry::client {

/// Names a row of the inbox: ours, never reused, the order of arrival in the history (newest: highest `order`).
using RowId = qint64;

/// What happened to a change that was made while the server was away.
enum class ChangeState { None, Waiting, Refused };

/// One notification as the history shows it: the notification and this person's state of it.
struct Row
{
    RowId rowId = 0;
    Seq id = 0; ///< the server's number; 0 on a classic backend that gives none
    QString log;
    QString title;
    QString message;
    Type type = Type::Info;
    Priority priority = Priority::Normal;
    QString category;
    QString url;
    QString key;
    bool requireAck = false;
    QStringList answers;
    QDateTime expiresAt; ///< invalid where it does not expire
    UserId senderId = 0;
    QString senderName;
    QDateTime createdAt;
    QDateTime readAt; ///< invalid: unread
    QDateTime ackedAt;
    QString answer;
    bool isExpired = false;   ///< grey, without buttons, not unread
    bool isLocalOnly = false; ///< of a log that is no more: grey, without buttons, not unread
    bool isShown = false;     ///< the notification daemon has answered for it
    ChangeState change = ChangeState::None;
    QString changeNote; ///< what holds, where a change was refused

    bool isUnread() const { return !readAt.isValid() && !isExpired && !isLocalOnly; }
    bool canAnswer() const
    {
        return !isExpired && !isLocalOnly && !ackedAt.isValid() && (requireAck || !answers.isEmpty());
    }
};

/// Below every row: RowQuery::after for a page of the oldest.
inline constexpr RowId belowAllRows = std::numeric_limits<RowId>::min();

/// What the history window asks for. Pages by key, never by offset: below `before`, or the nearest above `after`.
struct RowQuery
{
    QString text;
    std::optional<Type> type;
    QString category;
    std::optional<UserId> sender;
    bool unreadOnly = false;
    RowId before = 0; ///< 0: from the newest
    RowId after = 0;  ///< 0: nothing is asked for above a row
    int limit = 100;
};

struct RowPage
{
    QList<Row> rows;      ///< newest first, whichever way was asked for
    bool hasMore = false; ///< that way
};

} // namespace belfry::client

Q_DECLARE_METATYPE(belfry::client::Row)
