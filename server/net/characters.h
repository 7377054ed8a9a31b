// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <optional>
#include <string_view>

namespace belfry::server {

// The characters of HTTP's grammar (RFC 9110 §5.5, §5.6.2; RFC 3986 §2), independent of the locale.

constexpr bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

constexpr bool isControl(char c)
{
    const auto code = static_cast<unsigned char>(c);
    return code < 0x20 || code == 0x7f;
}

constexpr bool isTokenCharacter(char c)
{
    return isDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

inline bool isToken(std::string_view text)
{
    return !text.empty() && std::all_of(text.begin(), text.end(), isTokenCharacter);
}

/// Of a field's value: visible, space, tab, or above ASCII.
constexpr bool isFieldCharacter(char c)
{
    return !isControl(c) || c == '\t';
}

/// Of a request target: visible ASCII but the fragment's sign, which is never sent.
constexpr bool isTargetCharacter(char c)
{
    return c > 0x20 && c < 0x7f && c != '#';
}

constexpr std::optional<int> hexValue(char c)
{
    if (isDigit(c))
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return std::nullopt;
}

constexpr char toLower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

inline bool equalsIgnoringCase(std::string_view a, std::string_view b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return toLower(x) == toLower(y); });
}

/// Without spaces and tabs at both ends.
constexpr std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

/// Calls `item(trimmed element)` for each element of a comma-separated list, empty ones left out.
template <class Item> void forEachListed(std::string_view list, Item&& item)
{
    while (!list.empty()) {
        const std::size_t comma = std::min(list.find(','), list.size());
        if (const std::string_view element = trimmed(list.substr(0, comma)); !element.empty())
            item(element);
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
}

} // namespace belfry::server
