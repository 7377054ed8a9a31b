// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/serve_limits.h"

#include <array>

namespace belfry::cli {

namespace {

using server::ServerLimits;

struct Limit
{
    Option option;
    std::int64_t min, max;
    void (*set)(ServerLimits& limits, std::int64_t value);
};

constexpr std::int64_t manyAtOnce = 100'000'000;
constexpr std::int64_t longest = 3600;

/// Sets a member of ServerLimits from a whole number.
template <auto Member> void assign(ServerLimits& limits, std::int64_t value)
{
    auto& member = limits.*Member;
    member = std::remove_reference_t<decltype(member)>(value);
}

const std::vector<Limit>& all()
{
    static const std::vector<Limit> limits{
        {{.name = "max-connections",
          .value = "N",
          .help = "connections at once (default, and at most: what the system lets open, less 256)"},
         2,
         manyAtOnce,
         assign<&ServerLimits::connections>},
        {{.name = "max-connections-per-address",
          .value = "N",
          .help = "of those, without a valid token yet, from one address or IPv6 /64 (default 256; up to 16 times as "
                  "many while they are about to sign in)"},
         1,
         manyAtOnce,
         assign<&ServerLimits::waitingConnectionsPerAddress>},
        {{.name = "max-streams", .value = "N", .help = "streams at once (default: no limit of their own)"},
         1,
         manyAtOnce,
         assign<&ServerLimits::streams>},
        {{.name = "max-streams-per-user", .value = "N", .help = "streams of one person (default: no limit)"},
         1,
         1'000'000,
         assign<&ServerLimits::streamsPerUser>},
        {{.name = "max-requests-per-address",
          .value = "N",
          .help = "requests a minute from one address or IPv6 /64 (default: no limit)"},
         1,
         1'000'000'000,
         assign<&ServerLimits::requestsPerAddress>},
        {{.name = "max-publish-rate",
          .value = "N",
          .help = "notifications a minute that one sender may trigger (default: no limit)"},
         1,
         1'000'000'000,
         assign<&ServerLimits::publishesPerSender>},
        {{.name = "max-header-bytes", .value = "N", .help = "a request's header (default 65536)"},
         1024,
         1024 * 1024,
         assign<&ServerLimits::headerBytes>},
        {{.name = "max-body-bytes", .value = "N", .help = "a request's body (default 131072)"},
         1024,
         16 * 1024 * 1024,
         assign<&ServerLimits::bodyBytes>},
        {{.name = "max-header-time", .value = "S", .help = "seconds for a header to arrive (default 10)"},
         1,
         longest,
         assign<&ServerLimits::headerTime>},
        {{.name = "max-body-time", .value = "S", .help = "seconds for a body to arrive (default 30)"},
         1,
         longest,
         assign<&ServerLimits::bodyTime>},
        {{.name = "max-idle-time", .value = "S", .help = "seconds that a connection may say nothing (default 60)"},
         1,
         longest,
         assign<&ServerLimits::idleTime>},
        {{.name = "max-json-depth", .value = "N", .help = "how deep a body may be nested, 2 to 64 (default 64)"},
         2,
         limits::jsonDepth,
         assign<&ServerLimits::jsonDepth>},
        {{.name = "max-backlog-bytes",
          .value = "N",
          .help = "events in memory for one slow reader (default 262144); past that it reads from the log"},
         16 * 1024,
         16 * 1024 * 1024,
         assign<&ServerLimits::backlogBytes>},
    };
    return limits;
}

} // namespace

std::vector<Option> limitOptions()
{
    std::vector<Option> options;
    for (const Limit& limit : all())
        options.push_back(limit.option);
    return options;
}

tl::expected<ServerLimits, ExitCode> limitsFrom(const Options& options)
{
    ServerLimits limits;
    for (const Limit& limit : all()) {
        const auto value = options.integer(limit.option.name, limit.min, limit.max);
        if (!value)
            return tl::unexpected(value.error());
        if (*value)
            limit.set(limits, **value);
    }
    return limits;
}

} // namespace belfry::cli
