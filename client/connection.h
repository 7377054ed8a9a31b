// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/notification.h"

#include <QString>
#include <QUrl>

namespace belfry::client {

/// What a server speaks: settled when signing in, never changed by itself (client.md).
enum class ServerKind { Belfry, Classic };

/// One person on one server, made by signing in. Everything kept (rows, tombstones, cursor, changes) belongs to one.
struct Connection
{
    QString id;   ///< ours, a UUID: names it in the inbox and the settings
    QUrl address; ///< scheme, host, port
    ServerKind kind = ServerKind::Belfry;
    QString serverId;   ///< the server's `id`; empty on a classic one
    QString serverName; ///< shown to people
    QString pin; ///< of its server (pin.h), where one was accepted: it alone decides; empty: by authorities, or plain
    UserId userId = 0;
    QString userName;
    Role role = Role::Receiver;
    bool takesDeviceName = false; ///< as its server says now, like the next; not stored
    bool takesInvites = false;
    bool isSignedOut = false; ///< by the person: no token is looked for
    bool isOwnServer = false; ///< the local server inside this app, signed in to by the app itself

    bool isValid() const { return !id.isEmpty(); }
};

/// A sign-in of one's own account on some machine (GET /api/auth/sessions/).
struct OpenSession
{
    std::int64_t id = 0;
    QString device; ///< as that machine calls itself; may be empty
    Time createdAt{}, lastUsedAt{};
    bool isCurrent = false; ///< the one that asks
};

/// A signed-in token, in memory only.
struct AccessKey
{
    QString token;
    Time expiresAt{}; ///< epoch where the token does not say
    Time issuedAt{};
    bool isRenewable = false;
};

} // namespace belfry::client
