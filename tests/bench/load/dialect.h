// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "settings.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

namespace belfry::bench {

/// How a server is spoken to: the requests for a stream, for a message, for a poll. People are numbered from 1, those
/// who send follow after all who receive.
///
/// A message carries its number as `@#XXXXXXXX` (hexadecimal), which is found in whatever the server makes around it.
class Dialect
{
public:
    explicit Dialect(const Settings& settings);

    static constexpr int everyone = 0;
    static constexpr std::size_t markBytes = 10;

    std::string streamRequest(int person) const;
    /// @param person  who gets it, or `everyone`
    std::string sendRequest(int sender, int person, std::uint32_t message) const;
    /// What is new since that number; negative: only what the newest number is.
    std::string pollRequest(int person, long long sinceId) const;
    /// A request that tells a server who the person is before anything is measured; empty where it need not know.
    std::string introduction(int person) const;
    /// What the first bytes of a stream hold once it is live; empty: the head is enough.
    std::string_view liveMark() const;

private:
    std::string token(int person, bool isSender) const;
    /// The field with the person's token, made once.
    const std::string& authorization(int person, bool isSender) const;

    bool m_isBelfry, m_isNchan;
    bool m_isShared; // one channel for all instead of one a person
    int m_streams, m_bytes;
    std::string m_key, m_serial, m_expiry;
    mutable std::unordered_map<int, std::string> m_authorizations;
};

} // namespace belfry::bench
