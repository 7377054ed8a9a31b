// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/api/access.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace belfry::server {

namespace {

/// Decimal, below 2^53, as we write it ourselves: without leading zeros.
std::optional<std::int64_t> idFrom(std::string_view segment)
{
    std::int64_t id = 0;
    const auto read = std::from_chars(segment.data(), segment.data() + segment.size(), id);
    if (segment.empty() || segment.front() < '1' || segment.front() > '9' || read.ec != std::errc() ||
        read.ptr != segment.data() + segment.size() || id > maxJsonInteger)
        return std::nullopt;
    return id;
}

/// Takes the next segment off the front of a path that begins with a slash.
std::string_view takeSegment(std::string_view& path)
{
    const auto end = path.find('/', 1);
    const auto segment = path.substr(1, end == std::string_view::npos ? end : end - 1);
    path = end == std::string_view::npos ? std::string_view() : path.substr(end);
    return segment;
}

bool matches(std::string_view pattern, std::string_view path, std::int64_t& id)
{
    while (!pattern.empty() && !path.empty()) {
        const auto wanted = takeSegment(pattern);
        const auto found = takeSegment(path);
        if (wanted == "{id}") {
            const auto read = idFrom(found);
            if (!read)
                return false;
            id = *read;
        } else if (wanted != found) {
            return false;
        }
    }
    return pattern.empty() && path.empty();
}

} // namespace

const std::vector<Endpoint>& endpoints()
{
    static const std::vector<Endpoint> table{
        {Operation::LogIn, "POST", "/api/auth/login", Who::Anyone},
        {Operation::Join, "POST", "/api/auth/join", Who::Anyone},
        {Operation::Refresh, "POST", "/api/auth/refresh", Who::Session},
        {Operation::LogOut, "POST", "/api/auth/logout", Who::SignedIn},
        {Operation::ListSessions, "GET", "/api/auth/sessions", Who::SignedIn},
        {Operation::EndSession, "DELETE", "/api/auth/sessions/{id}", Who::SignedIn},
        {Operation::ShowMe, "GET", "/api/me", Who::SignedIn},
        {Operation::ChangeMe, "PATCH", "/api/me", Who::SignedIn},
        {Operation::Stream, "GET", "/api/notifications/sse", Who::SignedIn},
        {Operation::Trigger, "POST", "/api/notifications/trigger", Who::Sender},
        {Operation::List, "GET", "/api/notifications", Who::SignedIn},
        {Operation::Test, "POST", "/api/notifications/test", Who::SignedIn},
        {Operation::MarkRead, "POST", "/api/notifications/read", Who::SignedIn},
        {Operation::MarkUnread, "POST", "/api/notifications/unread", Who::SignedIn},
        // Being a recipient or the sender decides the next two: another's notification does not exist (404).
        {Operation::Acknowledge, "POST", "/api/notifications/{id}/ack", Who::SignedIn},
        {Operation::Retract, "DELETE", "/api/notifications/{id}", Who::SignedIn},
        {Operation::ListUsers, "GET", "/api/users", Who::Admin},
        {Operation::CreateUser, "POST", "/api/users", Who::Admin},
        {Operation::ShowUser, "GET", "/api/users/{id}", Who::Admin},
        {Operation::PatchUser, "PATCH", "/api/users/{id}", Who::Admin},
        {Operation::DeleteUser, "DELETE", "/api/users/{id}", Who::Admin},
        {Operation::ListInvites, "GET", "/api/invites", Who::Admin},
        {Operation::CreateInvite, "POST", "/api/invites", Who::Admin},
        {Operation::DeleteInvite, "DELETE", "/api/invites/{id}", Who::Admin},
        {Operation::ShowAudit, "GET", "/api/audit", Who::Admin},
        {Operation::ShowServer, "GET", "/api/server", Who::Anyone},
        {Operation::Health, "GET", "/healthz", Who::Anyone},
        {Operation::Metrics, "GET", "/metrics", Who::Local},
    };
    return table;
}

const Endpoint* Place::find(std::string_view method) const
{
    const bool isHead = method == "HEAD";
    const auto found = std::find_if(endpoints.begin(), endpoints.end(), [&](const Endpoint* endpoint) {
        return endpoint->method == (isHead ? std::string_view("GET") : method) &&
               !(isHead && endpoint->operation == Operation::Stream);
    });
    return found == endpoints.end() ? nullptr : *found;
}

std::string Place::allowed() const
{
    std::string methods;
    for (const Endpoint* endpoint : endpoints) {
        methods += std::string(endpoint->method) + ", ";
        if (endpoint->method == "GET" && endpoint->operation != Operation::Stream)
            methods += "HEAD, ";
    }
    return methods + "OPTIONS";
}

Place placeAt(std::string_view path)
{
    Place place;
    if (path.size() > 1 && path.ends_with('/'))
        path.remove_suffix(1);
    if (!path.starts_with('/'))
        return place;
    for (const Endpoint& endpoint : belfry::server::endpoints()) {
        if (matches(endpoint.path, path, place.id))
            place.endpoints.push_back(&endpoint);
    }
    return place;
}

bool isKnownMethod(std::string_view method)
{
    static constexpr std::array<std::string_view, 9> known{"GET",    "HEAD",    "POST",  "PUT",    "PATCH",
                                                           "DELETE", "OPTIONS", "TRACE", "CONNECT"};
    return std::find(known.begin(), known.end(), method) != known.end();
}

bool mayUse(Who who, Role role, TokenKind kind)
{
    switch (who) {
    case Who::Anyone:
    case Who::SignedIn:
        return true;
    case Who::Session:
        return kind == TokenKind::SignIn;
    case Who::Sender:
        return role == Role::Sender || role == Role::Admin;
    case Who::Local:
    case Who::Admin:
        return role == Role::Admin;
    }
    return false;
}

} // namespace belfry::server
