// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/ignored_members.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace belfry {

namespace json = boost::json;

namespace {

constexpr std::array<std::string_view, 3> ofAudience{"user_id", "user", "group"};
constexpr std::array<std::string_view, 15> ofNotification{
    "title", "message",    "type",         "priority",       "category",
    "url",   "key",        "require_ack",  "answers",        "expires_at",
    "data",  "deliver_at", "repeat_every", "escalate_after", "escalate_to"};

/// What other services call ours: ntfy, Gotify, Pushover, Slack, web push and e-mail; without underscores.
constexpr std::array<std::string_view, 37> elsewhere{
    "body",    "text",     "msg",     "content", "description", "details",    "summary", "subject",
    "heading", "headline", "caption", "prio",    "urgency",     "importance", "level",   "severity",
    "kind",    "topic",    "channel", "tag",     "tags",        "label",      "link",    "href",
    "click",   "uri",      "website", "to",      "recipient",   "recipients", "users",   "groups",
    "expires", "expiry",   "ttl",     "ack",     "actions"};

template <std::size_t N> bool isAmong(const std::array<std::string_view, N>& names, std::string_view name)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// Without what only spelling adds: `userId`, `user-id` and `USER_ID` are one.
std::string plainSpelling(std::string_view name)
{
    std::string plain;
    for (const char c : name) {
        if (c >= 'A' && c <= 'Z')
            plain.push_back(static_cast<char>(c - 'A' + 'a'));
        else if (c != '_' && c != '-' && c != ' ')
            plain.push_back(c);
    }
    return plain;
}

/// Whether one letter more, less or other, or two that changed places, make one of the other. Equal ones are.
bool isOneLetterOff(std::string_view left, std::string_view right)
{
    if (left.size() < right.size())
        std::swap(left, right);
    if (left.size() - right.size() > 1)
        return false;
    const auto differs = std::mismatch(right.begin(), right.end(), left.begin());
    const std::string_view restOfRight = right.substr(static_cast<std::size_t>(differs.first - right.begin()));
    const std::string_view restOfLeft = left.substr(static_cast<std::size_t>(differs.second - left.begin()));
    if (left.size() != right.size())
        return restOfLeft.substr(1) == restOfRight;
    if (restOfLeft.empty() || restOfLeft.substr(1) == restOfRight.substr(1))
        return true;
    return restOfLeft.size() >= 2 && restOfLeft[0] == restOfRight[1] && restOfLeft[1] == restOfRight[0] &&
           restOfLeft.substr(2) == restOfRight.substr(2);
}

/// Whether somebody who wrote this meant one of ours.
bool looksKnown(std::string_view name)
{
    if (name.size() > 32)
        return false;
    const std::string plain = plainSpelling(name);
    const auto isNear = [&plain](std::string_view known) { return isOneLetterOff(plain, plainSpelling(known)); };
    return isAmong(elsewhere, plain) || std::any_of(ofAudience.begin(), ofAudience.end(), isNear) ||
           std::any_of(ofNotification.begin(), ofNotification.end(), isNear) || isNear("notification");
}

void takeIgnored(std::vector<std::string>& ignored, const json::object& object, bool holdsAudience,
                 bool holdsNotification)
{
    for (const auto& member : object) {
        const std::string_view name(member.key().data(), member.key().size());
        const bool isRead = (holdsAudience && (isAmong(ofAudience, name) || name == "notification")) ||
                            (holdsNotification && isAmong(ofNotification, name));
        if (!isRead && !member.value().is_null() && looksKnown(name) &&
            std::find(ignored.begin(), ignored.end(), name) == ignored.end())
            ignored.emplace_back(name);
    }
}

} // namespace

std::vector<std::string> ignoredMembers(const json::object& body, const json::object* nested)
{
    std::vector<std::string> ignored;
    takeIgnored(ignored, body, true, nested == nullptr);
    if (nested)
        takeIgnored(ignored, *nested, false, true);
    return ignored;
}

} // namespace belfry
