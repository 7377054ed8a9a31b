// SPDX-License-Identifier: GPL-3.0-or-later
#include "process_cost.h"

#include <sys/resource.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace belfry::bench {

namespace {

namespace fs = std::filesystem;

std::vector<int> childrenOf(int process)
{
    std::vector<int> children;
    std::error_code gone;
    for (const auto& task : fs::directory_iterator("/proc/" + std::to_string(process) + "/task", gone)) {
        std::ifstream file(task.path() / "children");
        for (int child = 0; file >> child;) {
            children.push_back(child);
        }
    }
    return children;
}

} // namespace

Cost ProcessCost::look()
{
    if (m_processes.empty()) {
        m_processes.push_back(m_root);
        for (std::size_t i = 0; i < m_processes.size(); ++i) {
            for (const int child : childrenOf(m_processes[i])) {
                m_processes.push_back(child);
            }
        }
    }
    Cost cost;
    for (const int process : m_processes) {
        const std::string place = "/proc/" + std::to_string(process);
        std::error_code gone;
        for (const auto& task : fs::directory_iterator(place + "/task", gone)) {
            std::ifstream file(task.path() / "schedstat");
            double nanoseconds = 0;
            file >> nanoseconds;
            cost.cpuSeconds += nanoseconds / 1e9;
        }
        std::ifstream status(place + "/status");
        for (std::string line; std::getline(status, line);) {
            if (line.starts_with("VmRSS:")) {
                cost.residentBytes += std::strtoull(line.c_str() + 6, nullptr, 10) * 1024;
            }
        }
    }
    return cost;
}

double ownCpuSeconds()
{
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

} // namespace belfry::bench
