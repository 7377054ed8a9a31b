// SPDX-License-Identifier: GPL-3.0-or-later
// An event stream, whole and in pieces, beside a second reading of WHATWG HTML 9.2.6 that is as plain as its text.
#include "fuzz/fuzz.h"
#include "protocol/sse_parser.h"

#include <QUtf8StringView>

#include <algorithm>
#include <string>
#include <vector>

namespace {

using namespace belfry;
using fuzz::require;

struct Outcome
{
    std::vector<SseEvent> events;
    std::string lastEventId;
    std::optional<long long> retry;
    bool isWithin = true;
};

template <class Piece> Outcome read(std::string_view bytes, Piece piece)
{
    Outcome outcome;
    SseParser parser(4096);
    while (!bytes.empty() && outcome.isWithin) {
        const std::size_t length = piece(bytes.size());
        outcome.isWithin = parser.feed(bytes.substr(0, length), outcome.events);
        bytes.remove_prefix(length);
    }
    outcome.lastEventId = parser.lastEventId();
    outcome.retry = parser.takeRetry();
    return outcome;
}

bool isUtf8(std::string_view text)
{
    return QUtf8StringView(text.data(), qsizetype(text.size())).isValidUtf8();
}

/// The standard, word by word, over text that is all there. For valid UTF-8 only.
Outcome plainly(std::string_view text)
{
    Outcome outcome;
    if (text.starts_with("\xEF\xBB\xBF"))
        text.remove_prefix(3);
    std::string data, event, id;
    bool hasData = false;
    for (;;) {
        const std::size_t end = text.find_first_of("\r\n");
        if (end == std::string_view::npos)
            return outcome; // "discard any unfinished"
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(end + (text.substr(end).starts_with("\r\n") ? 2 : 1));
        if (line.empty()) {
            outcome.lastEventId = id;
            if (hasData)
                outcome.events.push_back({event.empty() ? "message" : event, data.substr(0, data.size() - 1), id});
            data.clear();
            event.clear();
            hasData = false;
            continue;
        }
        const std::size_t colon = line.find(':');
        const std::string_view name = line.substr(0, colon);
        std::string_view value = colon == std::string_view::npos ? std::string_view() : line.substr(colon + 1);
        if (value.starts_with(' '))
            value.remove_prefix(1);
        if (name == "event")
            event = value;
        if (name == "id" && value.find('\0') == std::string_view::npos)
            id = value;
        if (name == "data") {
            data.append(value).append("\n");
            hasData = true;
        }
    }
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view bytes = fuzz::textOf(data, size);
    const Outcome whole = read(bytes, [](std::size_t left) { return left; });
    fuzz::Cuts cuts(fuzz::seedOf(bytes));
    const Outcome cut = read(bytes, [&cuts](std::size_t left) { return cuts.next(left); });
    const Outcome single = read(bytes, [](std::size_t) { return std::size_t(1); });
    for (const Outcome* other : {&cut, &single}) {
        require(whole.events == other->events, "the same events, however the bytes are cut");
        require(whole.lastEventId == other->lastEventId, "the same last id, however the bytes are cut");
        require(whole.retry == other->retry, "the same retry, however the bytes are cut");
        require(whole.isWithin == other->isWithin, "the same limit, however the bytes are cut");
    }
    for (const SseEvent& event : whole.events) {
        require(isUtf8(event.data) && isUtf8(event.event) && isUtf8(event.id), "what comes out is UTF-8");
        require(!event.event.empty(), "an event has a name");
        require(event.id.find('\0') == std::string::npos, "no id holds a NUL");
        require(event.data.size() <= 4096 * 3, "an event is within the limit");
    }
    if (whole.isWithin && isUtf8(bytes)) {
        const Outcome plain = plainly(bytes);
        require(whole.events == plain.events, "the events are the standard's");
        require(whole.lastEventId == plain.lastEventId, "the last id is the standard's");
    }
    return 0;
}
