// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/request.h"

#include <algorithm>

namespace belfry::server {

namespace {

int hexDigit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/// application/x-www-form-urlencoded, as browsers write queries: a percent sign that starts no escape stands for
/// itself.
std::string decoded(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        const int high = text[at] == '%' && at + 2 < text.size() ? hexDigit(text[at + 1]) : -1;
        const int low = high >= 0 ? hexDigit(text[at + 2]) : -1;
        if (low >= 0) {
            out.push_back(static_cast<char>(high * 16 + low));
            at += 2;
        } else {
            out.push_back(text[at] == '+' ? ' ' : text[at]);
        }
    }
    return out;
}

} // namespace

std::string_view RequestHead::field(std::string_view lowerCaseName) const
{
    std::string_view found;
    bool isFound = false;
    for (const auto& [name, value] : fields) {
        if (name != lowerCaseName)
            continue;
        if (isFound)
            return {};
        found = value;
        isFound = true;
    }
    return found;
}

int RequestHead::count(std::string_view lowerCaseName) const
{
    return static_cast<int>(
        std::count_if(fields.begin(), fields.end(), [&](const auto& field) { return field.first == lowerCaseName; }));
}

std::optional<std::string> RequestHead::parameter(std::string_view name) const
{
    std::optional<std::string> found;
    eachParameter([&](const std::string& each, std::string value) {
        if (!found && each == name)
            found = std::move(value);
    });
    return found;
}

void RequestHead::eachParameter(const std::function<void(std::string name, std::string value)>& take) const
{
    std::string_view rest = query;
    while (!rest.empty()) {
        const auto end = rest.find('&');
        const auto pair = rest.substr(0, end);
        const auto equals = pair.find('=');
        take(decoded(pair.substr(0, equals)),
             equals == std::string_view::npos ? std::string() : decoded(pair.substr(equals + 1)));
        if (end == std::string_view::npos)
            break;
        rest.remove_prefix(end + 1);
    }
}

std::string sizeText(std::size_t bytes)
{
    return bytes % 1024 == 0 ? std::to_string(bytes / 1024) + " KiB" : std::to_string(bytes) + " bytes";
}

Error bodyTooLarge(std::size_t limitBytes)
{
    return {413, "too_large", "A body can have at most " + sizeText(limitBytes) + ".", {}, 0};
}

} // namespace belfry::server
