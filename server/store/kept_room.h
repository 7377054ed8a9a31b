// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace belfry::server {

/// Room on the store's disk that is kept back for the day on which it is full: a file with nothing in it. Given up, it
/// lets through what takes away: retention, sign-outs, removals, retractions. It stays when the server ends, so that a
/// command finds it, too. (A file system that copies on every write keeps no room this way.)
///
/// Thread: one.
class KeptRoom
{
public:
    /// @param path        of the file; takes what there is of it
    /// @param limitBytes  as much is kept on a disk with room; a quarter of what is free on a small one
    KeptRoom(std::string path, std::int64_t limitBytes);

    /// Takes the room where there is that much and a quarter more. True where it is kept, now or since long.
    bool take();
    /// Gives it back to the disk. @return false where there was none
    bool giveUp();
    /// Whether so little is free that the write-ahead log has to stay short: what it holds must fit into the store
    /// with the kept room alone. Asks the system once a second.
    bool isScarce();
    /// So much may stand in the write-ahead log then.
    std::int64_t logBytes() const { return m_bytes / 4; }

private:
    std::int64_t freeBytes() const;

    std::string m_path;
    std::int64_t m_bytes = 0;
    bool m_isKept = false;
    bool m_isScarce = false;
    std::chrono::steady_clock::time_point m_nextLook{};
};

} // namespace belfry::server
