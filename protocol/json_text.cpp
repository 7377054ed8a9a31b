// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/json_text.h"

#include "protocol/json.h"
#include "protocol/text.h"

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace belfry {

namespace json = boost::json;

namespace {

/// How much deeper a notification's data may stand in a list or an event than in the request that brought them.
constexpr std::size_t envelopeDepth = 8;

/// Which member is being read: so that a fault that refuses the whole text can name it, and which is there twice.
class MemberTrail
{
public:
    /// Looks for a member that is there twice, which costs memory: only once it is known that there is one.
    void lookForTwice() { m_seen.emplace(); }

    void open()
    {
        ++m_depth;
        if (m_seen)
            m_seen->emplace_back();
    }
    void close()
    {
        --m_depth;
        if (m_seen)
            m_seen->pop_back();
        endValue();
    }
    void keyPart(std::string_view part) { m_key.append(part); }
    /// @return false: it is there already
    bool endKey(std::string_view rest)
    {
        m_key.append(rest);
        if (m_depth <= m_names.size())
            m_names[m_depth - 1] = m_key;
        const bool isNew = !m_seen || m_seen->back().insert(m_key).second;
        if (isNew)
            m_key.clear();
        return isNew;
    }
    void endValue()
    {
        if (m_depth >= 1 && m_depth <= m_names.size())
            m_names[m_depth - 1].clear();
    }

    /// The member as errors name it: of a nested notification the one inside. Empty where none is being read.
    const std::string& field() const
    {
        return m_names[0] == "notification" && !m_names[1].empty() ? m_names[1] : m_names[0];
    }
    /// The one that was found twice.
    const std::string& key() const { return m_key; }

private:
    std::size_t m_depth = 0;
    std::array<std::string, 2> m_names; // by depth; empty between members
    std::string m_key;
    std::optional<std::vector<std::set<std::string>>> m_seen; // of each that is open
};

/// Builds the value, and looks at what Boost.JSON 1.81 lets pass: repeated members, 1e400 as infinity, integers beyond
/// 64 bits rounded, and doubles that are off by their last bit.
struct Builder
{
    static constexpr std::size_t max_object_size = std::size_t(-1);
    static constexpr std::size_t max_array_size = std::size_t(-1);
    static constexpr std::size_t max_key_size = std::size_t(-1);
    static constexpr std::size_t max_string_size = std::size_t(-1);

    json::value_stack stack;
    std::string number;
    std::size_t members = 0;
    MemberTrail trail;

    bool on_document_begin(json::error_code&)
    {
        stack.reset();
        return true;
    }
    bool on_document_end(json::error_code&) { return true; }
    bool on_array_begin(json::error_code&)
    {
        trail.open();
        return true;
    }
    bool on_array_end(std::size_t n, json::error_code&)
    {
        trail.close();
        stack.push_array(n);
        return true;
    }
    bool on_object_begin(json::error_code&)
    {
        trail.open();
        return true;
    }
    bool on_object_end(std::size_t n, json::error_code&)
    {
        trail.close();
        members += n;
        stack.push_object(n);
        return true;
    }
    bool on_string_part(json::string_view s, std::size_t, json::error_code&)
    {
        stack.push_chars(s);
        return true;
    }
    bool on_string(json::string_view s, std::size_t, json::error_code&)
    {
        trail.endValue();
        stack.push_string(s);
        return true;
    }
    bool on_key_part(json::string_view s, std::size_t, json::error_code&)
    {
        trail.keyPart(std::string_view(s.data(), s.size()));
        stack.push_chars(s);
        return true;
    }
    bool on_key(json::string_view s, std::size_t, json::error_code& ec)
    {
        stack.push_key(s);
        if (trail.endKey(std::string_view(s.data(), s.size())))
            return true;
        ec = json::error::syntax;
        return false;
    }
    bool on_number_part(json::string_view s, json::error_code&)
    {
        number.append(s.data(), s.size());
        return true;
    }
    bool on_int64(std::int64_t i, json::string_view, json::error_code&)
    {
        trail.endValue();
        number.clear();
        stack.push_int64(i);
        return true;
    }
    bool on_uint64(std::uint64_t u, json::string_view, json::error_code&)
    {
        trail.endValue();
        number.clear();
        stack.push_uint64(u);
        return true;
    }
    bool on_double(double, json::string_view s, json::error_code& ec)
    {
        number.append(s.data(), s.size());
        double value = 0;
        const auto read = std::from_chars(number.data(), number.data() + number.size(), value);
        if (read.ec != std::errc() || !isHeld(value)) {
            ec = json::error::exponent_overflow;
            return false;
        }
        number.clear();
        trail.endValue();
        stack.push_double(value);
        return true;
    }
    bool on_bool(bool b, json::error_code&)
    {
        trail.endValue();
        stack.push_bool(b);
        return true;
    }
    bool on_null(json::error_code&)
    {
        trail.endValue();
        stack.push_null();
        return true;
    }
    bool on_comment_part(json::string_view, json::error_code&) { return true; }
    bool on_comment(json::string_view, json::error_code&) { return true; }

private:
    /// Whether a double holds the number as written: finite, and an integer to its last digit.
    bool isHeld(double value) const
    {
        if (!std::isfinite(value))
            return false;
        if (number.find_first_of(".eE") != std::string::npos)
            return true;
        std::array<char, 400> exact{};
        const int size = std::snprintf(exact.data(), exact.size(), "%.0f", value);
        return number == std::string_view(exact.data(), static_cast<std::size_t>(size));
    }
};

std::size_t countMembers(const json::value& value)
{
    std::size_t count = 0;
    if (const auto* object = value.if_object()) {
        count += object->size();
        for (const auto& member : *object)
            count += countMembers(member.value());
    } else if (const auto* array = value.if_array()) {
        for (const auto& item : *array)
            count += countMembers(item);
    }
    return count;
}

tl::unexpected<Error> malformed(std::string_view why, std::string_view field = {})
{
    return failure(400, "malformed_json", "The body is not valid JSON: " + std::string(why) + ".", field);
}

/// Whether an escape for the first half of a surrogate pair stands at the end: `\ud83d`.
bool endsWithHighSurrogate(std::string_view text)
{
    constexpr std::size_t length = 6;
    if (text.size() < length)
        return false;
    const std::string_view escape = text.substr(text.size() - length);
    return escape.starts_with("\\u") && (escape[2] == 'd' || escape[2] == 'D') &&
           std::string_view("89abAB").find(escape[3]) != std::string_view::npos;
}

/// Why a parser stopped.
tl::unexpected<Error> whyMalformed(std::string_view text, json::error_code ec, std::size_t read, std::size_t maxDepth,
                                   const MemberTrail& trail)
{
    const std::string at = " at byte " + std::to_string(read);
    if (const auto encoding = encodingFault(text))
        return malformed(*encoding, trail.field());
    if (ec == json::error::too_deep)
        return malformed("it is nested more than " + std::to_string(maxDepth) + " deep", trail.field());
    if (ec == json::error::exponent_overflow)
        return malformed("a number is larger or longer than a double holds", trail.field());
    if (ec == json::error::illegal_leading_surrogate || ec == json::error::illegal_trailing_surrogate ||
        ec == json::error::expected_utf16_escape || endsWithHighSurrogate(text.substr(0, read)))
        return malformed("half of a surrogate pair stands alone" + at, trail.field());
    const auto byte = read < text.size() ? static_cast<unsigned char>(text[read]) : 0x20;
    if (byte < 0x20 && byte != '\n' && byte != '\r' && byte != '\t')
        return malformed(codePointName(byte) + " is not escaped" + at, trail.field());
    return malformed(ec.message() + at);
}

/// Of a text in which a member is there twice: which.
tl::unexpected<Error> whichTwice(std::string_view text, const json::parse_options& options)
{
    json::basic_parser<Builder> parser(options);
    parser.handler().trail.lookForTwice();
    json::error_code ec;
    parser.write_some(false, text.data(), text.size(), ec);
    const MemberTrail& trail = parser.handler().trail;
    return malformed("“" + trail.key() + "” is there twice", trail.field());
}

/// How many bytes at the beginning need no escape.
std::size_t plainBytes(std::string_view text)
{
    const auto isEscaped = [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 || byte == 0x7F || c == '"' || c == '\\';
    };
    return static_cast<std::size_t>(std::find_if(text.begin(), text.end(), isEscaped) - text.begin());
}

void appendDouble(std::string& out, double value)
{
    if (value == 0 && std::signbit(value)) {
        out.append("-0.0"); // -0 would be read as an integer, which has no sign
        return;
    }
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
    out.append(text.data(), end);
}

} // namespace

Result<json::value> parseJsonText(std::string_view text, JsonFrom from)
{
    std::string decoded;
    if (from == JsonFrom::Server && firstNonUtf8(text))
        text = decoded = decodedUtf8(text);
    json::parse_options options;
    options.max_depth = limits::jsonDepth + (from == JsonFrom::Server ? envelopeDepth : 0);
    json::basic_parser<Builder> parser(options);
    try {
        json::error_code ec;
        const std::size_t read = parser.write_some(false, text.data(), text.size(), ec);
        if (!ec && read < text.size())
            ec = json::error::extra_data;
        if (ec)
            return whyMalformed(text, ec, read, options.max_depth, parser.handler().trail);
        json::value value = parser.handler().stack.release();
        if (from == JsonFrom::Sender && countMembers(value) != parser.handler().members)
            return whichTwice(text, options);
        return value;
    } catch (const std::exception& error) {
        return malformed(error.what());
    }
}

void appendQuoted(std::string& out, std::string_view utf8)
{
    static constexpr std::string_view hex = "0123456789abcdef";
    out.push_back('"');
    // What stands between two that are escaped goes in one piece: mostly all of it.
    while (!utf8.empty()) {
        const std::size_t plain = plainBytes(utf8);
        out.append(utf8.substr(0, plain));
        if (plain == utf8.size())
            break;
        const char c = utf8[plain];
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\')
            out.append({'\\', c});
        else if (c == '\n')
            out.append("\\n");
        else if (c == '\t')
            out.append("\\t");
        else if (c == '\r')
            out.append("\\r");
        else
            out.append("\\u00").append({hex[byte >> 4], hex[byte & 15]});
        utf8.remove_prefix(plain + 1);
    }
    out.push_back('"');
}

void appendJson(std::string& out, const json::value& value)
{
    switch (value.kind()) {
    case json::kind::null:
        out.append("null");
        break;
    case json::kind::bool_:
        out.append(value.get_bool() ? "true" : "false");
        break;
    case json::kind::int64:
        out.append(std::to_string(value.get_int64()));
        break;
    case json::kind::uint64:
        out.append(std::to_string(value.get_uint64()));
        break;
    case json::kind::double_:
        appendDouble(out, value.get_double());
        break;
    case json::kind::string:
        appendQuoted(out, std::string_view(value.get_string().data(), value.get_string().size()));
        break;
    case json::kind::array: {
        char separator = '[';
        for (const auto& item : value.get_array()) {
            out.push_back(std::exchange(separator, ','));
            appendJson(out, item);
        }
        out.append(separator == '[' ? "[]" : "]");
        break;
    }
    case json::kind::object: {
        char separator = '{';
        for (const auto& member : value.get_object()) {
            out.push_back(std::exchange(separator, ','));
            appendQuoted(out, std::string_view(member.key().data(), member.key().size()));
            out.push_back(':');
            appendJson(out, member.value());
        }
        out.append(separator == '{' ? "{}" : "}");
        break;
    }
    }
}

} // namespace belfry
