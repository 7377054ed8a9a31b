// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/notification.h"

#include <algorithm>
#include <array>
#include <utility>

namespace belfry {

namespace {

template <class E, std::size_t N> using Names = std::array<std::pair<E, std::string_view>, N>;

constexpr Names<Type, 4> typeNames{
    {{Type::Info, "info"}, {Type::Success, "success"}, {Type::Warning, "warning"}, {Type::Error, "error"}}};
constexpr Names<Priority, 4> priorityNames{
    {{Priority::Low, "low"}, {Priority::Normal, "normal"}, {Priority::High, "high"}, {Priority::Critical, "critical"}}};
constexpr Names<Role, 3> roleNames{{{Role::Receiver, "receiver"}, {Role::Sender, "sender"}, {Role::Admin, "admin"}}};

template <class E, std::size_t N> std::string_view nameOf(const Names<E, N>& names, E value)
{
    return names.at(static_cast<std::size_t>(value)).second;
}

template <class E, std::size_t N> std::optional<E> valueOf(const Names<E, N>& names, std::string_view text)
{
    const auto it = std::find_if(names.begin(), names.end(), [text](const auto& name) { return name.second == text; });
    return it == names.end() ? std::nullopt : std::optional(it->first);
}

bool startsCodePoint(char byte)
{
    return (static_cast<unsigned char>(byte) & 0xC0) != 0x80;
}

} // namespace

std::string_view toString(Type type)
{
    return nameOf(typeNames, type);
}

std::string_view toString(Priority priority)
{
    return nameOf(priorityNames, priority);
}

std::string_view toString(Role role)
{
    return nameOf(roleNames, role);
}

std::optional<Type> typeFromString(std::string_view text)
{
    return valueOf(typeNames, text);
}

std::optional<Priority> priorityFromString(std::string_view text)
{
    return valueOf(priorityNames, text);
}

std::optional<Role> roleFromString(std::string_view text)
{
    return valueOf(roleNames, text);
}

std::size_t codePoints(std::string_view utf8)
{
    return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), startsCodePoint));
}

std::string_view firstCodePoints(std::string_view utf8, std::size_t count)
{
    for (std::size_t at = 0; at < utf8.size(); ++at) {
        if (startsCodePoint(utf8[at]) && count-- == 0)
            return utf8.substr(0, at);
    }
    return utf8;
}

} // namespace belfry
