// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/time.h"

#include <chrono>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

namespace belfry::server {

/// So many a minute for each key (an address, a person): all at once if need be, or what else may be out together, then
/// as they come back, one every minute/N (the generic cell rate algorithm: one moment a key is all that is kept).
///
/// What is refused does not count. 65,536 keys at most, the one longest unused goes. Thread: any.
class RateLimit
{
public:
    /// @param perMinute  0: no limit, and no cost
    RateLimit(int perMinute, const Clock& clock) : RateLimit(perMinute, perMinute, clock) {}
    /// @param atOnce  how many may come together after a rest
    RateLimit(int perMinute, int atOnce, const Clock& clock) : m_perMinute(perMinute), m_atOnce(atOnce), m_clock(clock)
    {
    }

    bool isOff() const { return m_perMinute == 0; }
    /// Takes one. @return nothing where it is granted, else the seconds until one would be.
    std::optional<int> take(const std::string& key);
    std::size_t keys() const;

private:
    using Moment = std::chrono::steady_clock::time_point;
    struct Entry
    {
        Moment free; ///< when all that was taken has come back
        std::list<std::string>::iterator place;
    };

    void forgetOldest();

    const int m_perMinute;
    const int m_atOnce;
    const Clock& m_clock;
    mutable std::mutex m_mutex;
    std::unordered_map<std::string, Entry> m_entries;
    std::list<std::string> m_order; // by their last use, oldest first
};

} // namespace belfry::server
