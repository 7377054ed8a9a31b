// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

namespace belfry::bench {

/// What a server has used so far, read from /proc: the process and all its descendants.
struct Cost
{
    double cpuSeconds = 0;           ///< of all threads, user and system, to the nanosecond (schedstat)
    std::uint64_t residentBytes = 0; ///< RssAnon + RssFile + RssShmem; what processes share counts once for each
};

/// Follows the tree of processes below one. Their list is read once, at the first look: servers here fork at start.
class ProcessCost
{
public:
    explicit ProcessCost(int root) : m_root(root) {}
    Cost look();

private:
    int m_root;
    std::vector<int> m_processes;
};

/// The generator's own CPU seconds: near the wall clock's it is the generator that is measured.
double ownCpuSeconds();

} // namespace belfry::bench
