// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/time.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace belfry {

/// A number in the log: the notification's id, the SSE id. Strictly increasing, never reused, below 2^53.
using Seq = std::int64_t;
/// A person's number. Never reused, below 2^53.
using UserId = std::int64_t;

/// The largest integer that every JSON reader keeps exactly (2^53 - 1).
inline constexpr std::int64_t maxJsonInteger = 9007199254740991;

/// The limits of a notification, in Unicode code points unless the name says bytes (protocol.md).
namespace limits {
inline constexpr std::size_t title = 250;
inline constexpr std::size_t message = 8000;
inline constexpr std::size_t category = 64;
inline constexpr std::size_t key = 128;
inline constexpr std::size_t url = 2048;
inline constexpr std::size_t answers = 4;
inline constexpr std::size_t answer = 40;
inline constexpr std::size_t dataBytes = 8 * 1024;
inline constexpr std::size_t idempotencyKey = 128;
inline constexpr std::size_t bodyBytes = 128 * 1024;
inline constexpr std::size_t jsonDepth = 64;
inline constexpr std::size_t userName = 64;
inline constexpr std::size_t deviceName = 128;
inline constexpr std::size_t passwordMin = 8;
inline constexpr std::size_t passwordMax = 1000;
} // namespace limits

enum class Type : std::uint8_t { Info, Success, Warning, Error };
enum class Priority : std::uint8_t { Low, Normal, High, Critical };
enum class Role : std::uint8_t { Receiver, Sender, Admin };

std::string_view toString(Type type);
std::string_view toString(Priority priority);
std::string_view toString(Role role);
std::optional<Type> typeFromString(std::string_view text);
std::optional<Priority> priorityFromString(std::string_view text);
std::optional<Role> roleFromString(std::string_view text);

/// Somebody with an account, as others see them.
struct Person
{
    UserId id = 0;
    std::string name;

    bool operator==(const Person&) const = default;
};

/// What a person is told. All text is UTF-8, valid by construction (json.h makes it so).
struct Notification
{
    Seq id = 0; ///< 0 until it is committed; and on a classic backend that gives none
    std::string title;
    std::string message;
    Type type = Type::Info;
    Priority priority = Priority::Normal;
    std::string category;
    std::string url;
    std::string key;
    bool requireAck = false;
    std::vector<std::string> answers;
    std::optional<Time> expiresAt;
    std::string data; ///< a JSON object as compact text, empty where none
    Person sender;
    Time createdAt{};
    std::optional<Seq> replaces;

    bool operator==(const Notification&) const = default;
};

/// Whom a notification is for, as the sender said it; the store settles it to people when it commits.
struct Everyone
{
    bool operator==(const Everyone&) const = default;
};
using AudienceRequest = std::variant<Everyone, std::vector<UserId>, std::vector<std::string>>;

/// A notification as triggered: not yet numbered, dated or signed.
struct Draft
{
    AudienceRequest audience;
    Notification notification;
    /// Members of the body that mean nothing here and look like one that does, as they were written.
    std::vector<std::string> ignored{};
};

/// How many code points a UTF-8 text holds.
std::size_t codePoints(std::string_view utf8);

/// The longest beginning of a UTF-8 text that holds at most so many code points.
std::string_view firstCodePoints(std::string_view utf8, std::size_t count);

} // namespace belfry
