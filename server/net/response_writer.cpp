// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/response_writer.h"

#include "protocol/sse_encoder.h"
#include "server/net/characters.h"

#include <boost/beast/http/status.hpp>

#include <algorithm>
#include <array>
#include <cstdio>

namespace belfry::server {

namespace {

void appendField(std::string& out, std::string_view name, std::string_view value)
{
    if (!isToken(name) || !std::all_of(value.begin(), value.end(), isFieldCharacter))
        return;
    out.append(name).append(": ").append(value).append("\r\n");
}

void appendBegin(std::string& out, int status, std::string_view log, std::string_view date)
{
    const auto reason = boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(status));
    out.append("HTTP/1.1 ").append(std::to_string(status)).append(" ").append(reason.data(), reason.size());
    out.append("\r\n");
    appendField(out, "Date", date);
    appendField(out, "Belfry-Log", log);
}

/// For browsers: nothing that is answered is a page, may be kept, or be taken for something else.
void appendForBrowsers(std::string& out, const Response& response)
{
    appendField(out, "X-Content-Type-Options", "nosniff");
    appendField(out, "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
    const bool saysItself = std::any_of(response.fields.begin(), response.fields.end(), [](const auto& field) {
        return equalsIgnoringCase(field.first, "cache-control");
    });
    if (!saysItself)
        appendField(out, "Cache-Control", "no-store");
}

} // namespace

bool hasBody(int status)
{
    return status >= 200 && status != 204 && status != 304;
}

std::string writeResponse(const Response& response, const AnswerFraming& framing, std::string_view log,
                          std::string_view date)
{
    const bool isChunked = response.more && framing.minorVersion >= 1;
    const bool isClosing = !framing.keepsAlive;
    std::string out;
    out.reserve(448 + (framing.answersHead ? 0 : response.body.size()));
    appendBegin(out, response.status, log, date);
    for (const auto& [name, value] : response.fields)
        appendField(out, name, value);
    appendForBrowsers(out, response);
    if (hasBody(response.status)) {
        if (!response.body.empty() || response.more)
            appendField(out, "Content-Type", response.contentType);
        if (isChunked)
            appendField(out, "Transfer-Encoding", "chunked");
        else if (!response.more)
            appendField(out, "Content-Length", std::to_string(response.body.size()));
    }
    if (isClosing)
        appendField(out, "Connection", "close");
    else if (framing.minorVersion < 1)
        appendField(out, "Connection", "keep-alive");
    out.append("\r\n");
    if (framing.answersHead || !hasBody(response.status) || response.body.empty())
        return out;
    if (isChunked)
        out.append(chunk(response.body));
    else
        out.append(response.body);
    return out;
}

std::string writeStreamHead(const std::vector<std::pair<std::string, std::string>>& fields, std::string_view log,
                            bool isChunked, std::string_view date)
{
    std::string out;
    appendBegin(out, 200, log, date);
    appendField(out, "Content-Type", "text/event-stream");
    // Without both there are proxies that compress the stream, and hold events back for it.
    appendField(out, "Cache-Control", "no-cache, no-transform");
    appendField(out, "Content-Encoding", "identity");
    appendField(out, "X-Accel-Buffering", "no");
    appendField(out, "X-Content-Type-Options", "nosniff");
    for (const auto& [name, value] : fields)
        appendField(out, name, value);
    if (isChunked)
        appendField(out, "Transfer-Encoding", "chunked");
    else
        appendField(out, "Connection", "close");
    out.append("\r\n");
    return out;
}

std::string formatHttpDate(Time time)
{
    static constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
    std::array<char, 64> text{};
    const int length = std::snprintf(text.data(), text.size(), "%s, %02u %s %04d %02d:%02d:%02d GMT",
                                     days[std::chrono::weekday(day).c_encoding()], static_cast<unsigned>(date.day()),
                                     months[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                                     static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                                     static_cast<int>(clock.seconds().count()));
    return {text.data(), static_cast<std::size_t>(std::max(0, length))};
}

} // namespace belfry::server
