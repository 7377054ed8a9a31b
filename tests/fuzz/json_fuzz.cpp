// SPDX-License-Identifier: GPL-3.0-or-later
// A body to a Draft to an event and back, as sender, server and client do it; and whatever else a server might send.
#include "fuzz/fuzz.h"
#include "protocol/json.h"
#include "protocol/json_text.h"

#include <QUtf8StringView>

#include <string>

namespace {

using namespace belfry;
using fuzz::require;

bool isUtf8(std::string_view text)
{
    return QUtf8StringView(text.data(), qsizetype(text.size())).isValidUtf8();
}

void valuesComeBack(std::string_view text)
{
    const auto value = parseJson(text);
    if (!value)
        return;
    require(isUtf8(text), "what is taken for JSON is UTF-8");
    std::string written;
    appendJson(written, *value);
    const auto again = parseJson(written);
    require(again.has_value(), "what is written can be read");
    std::string writtenAgain;
    appendJson(writtenAgain, *again);
    require(written == writtenAgain, "values come back as they were");
    require(written.find('\n') == std::string::npos, "compact JSON is one line");
}

void draftComesBack(std::string_view body)
{
    auto draft = readDraft(body);
    if (!draft) {
        require(!draft.error().message.empty() && isUtf8(draft.error().message), "an error has a sentence");
        require(draft.error().status == 400, "a bad body is 400");
        return;
    }
    Notification& sent = draft->notification;
    require(codePoints(sent.title) >= 1 && codePoints(sent.title) <= limits::title, "a title is within its limits");
    require(codePoints(sent.message) <= limits::message, "a message is within its limit");
    require(sent.data.size() <= limits::dataBytes, "data are within their limit");
    sent.id = 42;
    sent.sender = {7, "Ann \"A\" \\ Ω"};
    sent.createdAt = *parseTime("2026-11-23T08:00:00.123Z");
    sent.replaces = 41;
    const std::string item = notificationItem(sent.id, notificationMembers(sent), sent.createdAt, sent.replaces);
    const std::string event = notificationEvent(item);
    require(event.find('\n') == std::string::npos && event.find('\r') == std::string::npos, "an event is one line");
    const StreamEvent received = parseStreamEvent(event);
    const auto* notification = std::get_if<Notification>(&received);
    require(notification != nullptr, "an event is read as what it is");
    require(*notification == sent, "a notification arrives as it was sent");
}

void holds(const Notification& n)
{
    require(!n.title.empty() || !n.message.empty(), "a notification says something");
    require(codePoints(n.title) <= limits::title && codePoints(n.message) <= limits::message, "long texts are cut");
    require(isUtf8(n.title) && isUtf8(n.message) && isUtf8(n.category) && isUtf8(n.key), "texts are UTF-8");
    require(n.url.empty() || isWebLink(n.url), "a link is one");
    require(n.answers.size() <= limits::answers, "answers are within their limit");
    require(n.id >= 0 && n.id <= maxJsonInteger, "ids are within their limits");
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text = fuzz::textOf(data, size);
    valuesComeBack(text);
    draftComesBack(text);
    const StreamEvent event = parseStreamEvent(text);
    if (const auto* notification = std::get_if<Notification>(&event))
        holds(*notification);
    const Error error = parseError(400, text);
    require(!error.message.empty() && isUtf8(error.message), "an error answer has a sentence");
    if (const auto object = parseServerObject(text)) {
        if (const auto item = lenientListItem(*object))
            holds(item->notification);
    }
    return 0;
}
