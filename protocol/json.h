// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/event.h"
#include "protocol/notification.h"
#include "protocol/result.h"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <string>
#include <string_view>

namespace belfry {

/// Parses RFC 8259 to the letter: members unique, depth at most 64, valid UTF-8, no lone surrogate escaped or raw,
/// only numbers that a double (or a 64-bit integer) holds. 400 `malformed_json` otherwise, naming the member (of a
/// nested notification the one inside) where it is a member's value that is at fault.
Result<boost::json::value> parseJson(std::string_view text);

/// As parseJson, and an object at the top; 400 otherwise.
Result<boost::json::object> parseJsonObject(std::string_view text);

// --- members: the first fault is named; `null` counts as absent; unknown members are ignored --------------------

/// A text member: absent → `fallback` (nothing → 400 that it is missing). At most `maxCodePoints`, at least
/// `minCodePoints`, no control characters but newline and tab; CR LF becomes LF.
Result<std::string> readText(const boost::json::object& object, std::string_view member, std::size_t minCodePoints,
                             std::size_t maxCodePoints, std::optional<std::string> fallback = std::nullopt);
/// An integer member within [min, max]; 400 where it is absent without fallback, no integer, or out of range.
Result<std::int64_t> readInteger(const boost::json::object& object, std::string_view member, std::int64_t min,
                                 std::int64_t max, std::optional<std::int64_t> fallback = std::nullopt);
Result<bool> readBool(const boost::json::object& object, std::string_view member, bool fallback);
/// A non-empty list of ids (1 to 2^53 - 1) or nothing where the member is absent; doubles removed, ascending.
Result<std::optional<std::vector<std::int64_t>>> readIds(const boost::json::object& object, std::string_view member);

/// The body of a trigger, flat or nested, with its audience (protocol.md, "A notification, as triggered").
/// Members of features that are not there yet are 400, naming them. Expiry in the past is judged by the store.
Result<Draft> readDraft(std::string_view body);

/// Whether a text is an http or https link with a host.
bool isWebLink(std::string_view url);

// --- writing ----------------------------------------------------------------------------------------------------

/// The members of a notification that are known before its commit, without braces:
/// `"title":"…",…,"sender":{…}`. Members at their default other than title, message, type and priority are left out.
/// One line: newlines in values are escaped.
std::string notificationMembers(const Notification& notification);

/// `"id":N,MEMBERS,"created_at":"…"` and `,"replaces":N` where it takes an earlier one's place: an item of the list
/// without its braces, and the inside of `data` in the event.
std::string notificationItem(Seq id, std::string_view members, Time createdAt, std::optional<Seq> replaces);

/// `{"type":"notification","data":{ITEM}}`
std::string notificationEvent(std::string_view item);
std::string readEvent(const ReadState& read); ///< `{"type":"read","data":{…}}`
std::string unreadEvent(const UnreadState& unread);
std::string ackedEvent(const Acked& acked);
std::string retractedEvent(const Retracted& retracted);
std::string resetEvent(std::string_view log);
std::string pingEvent();

/// `{"error":"…","code":"…"[,"field":"…"]}`
std::string errorBody(const Error& error);

/// A JSON string literal with its quotes; control characters escaped.
std::string jsonString(std::string_view utf8);

// --- reading what a server sends (the client's side) -------------------------------------------------------------

/// The object that a server answered with: of repeated members the last counts, and it may be nested a little deeper
/// than what senders send, for its envelopes. 400 where it is none.
Result<boost::json::object> parseServerObject(std::string_view text);

/// What a notification object from any server comes to: bad members dropped, long ones cut, controls removed; the
/// message stays. Nothing only where neither title nor message is there. Never fails on unknown members.
std::optional<Notification> lenientNotification(const boost::json::object& object);

/// An event's `data` text: what it means, or Unknown.
StreamEvent parseStreamEvent(std::string_view data);

/// An item of the list: the notification and the reader's own state.
struct ListItem
{
    Notification notification;
    std::optional<Time> readAt;
    std::optional<Time> ackedAt;
    std::string answer;
};
std::optional<ListItem> lenientListItem(const boost::json::object& object);

/// An error answer's body, whatever server it came from; the sentence falls back to the status.
Error parseError(int status, std::string_view body);

} // namespace belfry
