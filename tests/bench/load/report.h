// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "crowd.h"
#include "histogram.h"
#include "post.h"
#include "process_cost.h"
#include "tally.h"

#include <cstdio>
#include <string>

namespace belfry::bench {

/// One JSON object, a figure after the other.
class Report
{
public:
    ~Report() { std::printf("}\n"); }
    void add(const char* name, double value)
    {
        std::printf("%s\"%s\":%.6g", m_isFirst ? "{" : ",", name, value);
        m_isFirst = false;
    }
    /// In milliseconds.
    void add(const std::string& name, const Histogram& latency)
    {
        for (const auto& [end, value] : {std::pair("_p50_ms", latency.at(0.5)),
                                         {"_p90_ms", latency.at(0.9)},
                                         {"_p99_ms", latency.at(0.99)},
                                         {"_max_ms", latency.most()}}) {
            add((name + end).c_str(), static_cast<double>(value) / 1e6);
        }
        add((name + "_mean_ms").c_str(), latency.mean() / 1e6);
    }
    void add(const Tally& tally, const Post& post)
    {
        add("messages", static_cast<double>(tally.messages()));
        add("expected", static_cast<double>(tally.expected));
        add("arrived", static_cast<double>(tally.arrivals));
        add("lost", static_cast<double>(tally.lost()));
        add("doubled", static_cast<double>(tally.doubled));
        add("strayed", static_cast<double>(tally.strayed));
        add("faults", static_cast<double>(tally.lost() + tally.doubled + tally.strayed));
        add("refused", static_cast<double>(post.refused));
        add("receive", tally.latency);
        add("answer", post.answers);
    }

private:
    bool m_isFirst = true;
};

} // namespace belfry::bench
