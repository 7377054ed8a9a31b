// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/store/accounts.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace belfry::server {

/// What an endpoint does.
enum class Operation : std::uint8_t {
    LogIn,
    Join,
    Refresh,
    LogOut,
    ListSessions,
    EndSession,
    ShowMe,
    ChangeMe,
    Stream,
    Trigger,
    List,
    Test,
    MarkRead,
    MarkUnread,
    Acknowledge,
    Retract,
    ListUsers,
    CreateUser,
    ShowUser,
    PatchUser,
    DeleteUser,
    ListInvites,
    CreateInvite,
    DeleteInvite,
    ShowAudit,
    ShowServer,
    Health,
    Metrics,
};

/// Who may use it.
enum class Who : std::uint8_t {
    Anyone,
    Local, ///< who asks from this machine itself; others: as Admin
    SignedIn,
    Session, ///< with a token from a sign-in
    Sender,  ///< and admins
    Admin,
};

struct Endpoint
{
    Operation operation;
    std::string_view method;
    std::string_view path; ///< without its trailing slash; `{id}` stands for a number
    Who who;
};

/// Everything that can be asked, and by whom: the one place where that is decided.
const std::vector<Endpoint>& endpoints();

/// What stands at a path.
struct Place
{
    std::vector<const Endpoint*> endpoints; ///< one a method; empty: there is no such path
    std::int64_t id = 0;                    ///< where the path has one

    bool exists() const { return !endpoints.empty(); }
    /// HEAD finds what GET does, but on the stream.
    const Endpoint* find(std::string_view method) const;
    /// The methods, as the field Allow lists them.
    std::string allowed() const;
};

/// With and without a trailing slash.
Place placeAt(std::string_view path);

/// Methods that are answered with 405 where they do not belong; others are 501.
bool isKnownMethod(std::string_view method);

/// Whether a role is enough, a valid token being there.
bool mayUse(Who who, Role role, TokenKind kind);

} // namespace belfry::server
