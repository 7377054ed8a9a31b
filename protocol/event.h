// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/notification.h"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace belfry {

/// What an entry of the log is about. The numbers are stored: never change one.
enum class EventKind : std::uint8_t { Notification = 1, Read = 2, Unread = 3, Acked = 4, Retracted = 5 };

/// "I have read these" (or everything up to a number), on another machine of the same person.
struct ReadState
{
    std::vector<Seq> ids;
    std::optional<Seq> upTo;

    bool operator==(const ReadState&) const = default;
};

struct UnreadState
{
    std::vector<Seq> ids;

    bool operator==(const UnreadState&) const = default;
};

/// A recipient confirmed, with an answer where the notification asked for one.
struct Acked
{
    Seq id = 0;
    Person user;
    std::string answer; ///< empty where none (null on the wire)
    Time ackedAt{};

    bool operator==(const Acked&) const = default;
};

/// A notification was taken back, replaced for this reader, or has expired. With a key every earlier one with it goes
/// too.
struct Retracted
{
    Seq id = 0;
    std::string key;
    std::optional<UserId> senderId;

    bool operator==(const Retracted&) const = default;
};

/// The log is not the one the client knew, or what it missed is gone: read the list.
struct Reset
{
    std::string log;

    bool operator==(const Reset&) const = default;
};

struct Ping
{
    bool operator==(const Ping&) const = default;
};

/// An event of a kind this version does not know; skipped, its id counts.
struct Unknown
{
    std::string type;

    bool operator==(const Unknown&) const = default;
};

/// What a stream says, understood.
using StreamEvent = std::variant<Notification, ReadState, UnreadState, Acked, Retracted, Reset, Ping, Unknown>;

} // namespace belfry
