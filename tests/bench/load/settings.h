// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace belfry::bench {

/// What one run of the generator is to do: `name=value` arguments.
struct Settings
{
    std::string scenario;           ///< people, fanout, targeted, idle, polling
    std::string dialect = "belfry"; ///< how the server is spoken to: belfry, nchan, plain (Node, Django, the bare loop)
    int port = 0;                   ///< on 127.0.0.1
    bool tls = false;
    int process = 0;   ///< the server's, for its CPU and memory
    int addresses = 8; ///< loopback addresses to come from: 127.0.0.2 on
    int streams = 1000;
    int senders = 1;
    int deaf = 0;             ///< further streams that never read
    double rate = 5;          ///< messages a second (fanout, polling)
    double seconds = 5;       ///< measured time
    double warmup = 1;        ///< before that
    double interval = 2;      ///< between two polls
    int bytes = 220;          ///< of an event as it is delivered, about
    std::string keyFile;      ///< HS256 secret to mint tokens with (belfry)
    std::string serial = "0"; ///< goes into the tokens: another serial, other tokens for the same people
    bool polls = false;       ///< polling: people ask; else they hold streams

    /// @return false after saying on stderr what is wrong.
    bool read(int argc, char** argv);
};

} // namespace belfry::bench
