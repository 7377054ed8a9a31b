// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/auth/jti.h"

#include "server/auth/sodium.h"

#include <charconv>

namespace belfry::server {

namespace {

constexpr std::size_t digits = 16;
constexpr std::size_t jtiLength = 1 + 3 * (1 + digits);

void appendHex(std::string& out, std::uint64_t value)
{
    out.push_back('-');
    for (int shift = 60; shift >= 0; shift -= 4)
        out.push_back("0123456789abcdef"[(value >> shift) & 15]);
}

std::optional<std::uint64_t> readHex(std::string_view text)
{
    for (const char c : text) {
        if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f'))
            return std::nullopt;
    }
    std::uint64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value, 16);
    return value;
}

} // namespace

std::string makeJti(const TokenName& name)
{
    std::string jti(1, name.kind == TokenKind::SignIn ? 's' : 't');
    appendHex(jti, name.id);
    appendHex(jti, name.generation);
    appendHex(jti, randomBits());
    return jti;
}

std::optional<TokenName> parseJti(std::string_view jti)
{
    if (jti.size() != jtiLength || (jti[0] != 's' && jti[0] != 't'))
        return std::nullopt;
    std::uint64_t parts[3];
    for (std::size_t part = 0; part < 3; ++part) {
        const std::size_t at = 1 + part * (1 + digits);
        const auto value = readHex(jti.substr(at + 1, digits));
        if (jti[at] != '-' || !value)
            return std::nullopt;
        parts[part] = *value;
    }
    return TokenName{jti[0] == 's' ? TokenKind::SignIn : TokenKind::Created, parts[0], parts[1]};
}

} // namespace belfry::server
