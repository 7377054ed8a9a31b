// SPDX-License-Identifier: GPL-3.0-or-later
// The load generator: one thread, one epoll loop, subscribers by the ten thousand. tests/bench/run starts it.
#include "scenarios.h"

#include <sys/resource.h>

#include <cstdio>

using namespace belfry::bench;

int main(int argc, char** argv)
{
    Settings settings;
    if (!settings.read(argc, argv)) {
        return 2;
    }
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);

    bool isFine = false;
    if (settings.scenario == "people") {
        isFine = introducePeople(settings);
    } else if (settings.scenario == "fanout") {
        isFine = runFanOut(settings);
    } else if (settings.scenario == "targeted") {
        isFine = runTargeted(settings);
    } else if (settings.scenario == "idle") {
        isFine = runIdle(settings);
    } else if (settings.scenario == "polling") {
        isFine = runPolling(settings);
    } else {
        std::fprintf(stderr, "What is scenario=%s?\n", settings.scenario.c_str());
        return 2;
    }
    return isFine ? 0 : 1;
}
