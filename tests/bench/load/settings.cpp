// SPDX-License-Identifier: GPL-3.0-or-later
#include "settings.h"

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace belfry::bench {

bool Settings::read(int argc, char** argv)
{
    for (int i = 1; i < argc; ++i) {
        const std::string_view argument = argv[i];
        const auto equals = argument.find('=');
        const std::string_view name = argument.substr(0, equals);
        const std::string value(equals == std::string_view::npos ? "1" : argument.substr(equals + 1));
        const auto number = [&value] { return std::atof(value.c_str()); };
        if (name == "scenario") {
            scenario = value;
        } else if (name == "dialect") {
            dialect = value;
        } else if (name == "port") {
            port = static_cast<int>(number());
        } else if (name == "tls") {
            tls = number() > 0;
        } else if (name == "process") {
            process = static_cast<int>(number());
        } else if (name == "addresses") {
            addresses = static_cast<int>(number());
        } else if (name == "streams") {
            streams = static_cast<int>(number());
        } else if (name == "senders") {
            senders = static_cast<int>(number());
        } else if (name == "deaf") {
            deaf = static_cast<int>(number());
        } else if (name == "rate") {
            rate = number();
        } else if (name == "seconds") {
            seconds = number();
        } else if (name == "warmup") {
            warmup = number();
        } else if (name == "interval") {
            interval = number();
        } else if (name == "bytes") {
            bytes = static_cast<int>(number());
        } else if (name == "key") {
            keyFile = value;
        } else if (name == "serial") {
            serial = value;
        } else if (name == "poll") {
            polls = number() > 0;
        } else {
            std::fprintf(stderr, "What is %s?\n", argv[i]);
            return false;
        }
    }
    if (port == 0 || scenario.empty()) {
        std::fprintf(stderr, "scenario=… and port=… are needed (settings.h lists all).\n");
        return false;
    }
    return true;
}

} // namespace belfry::bench
