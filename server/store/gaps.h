// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/event.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>
#include <vector>

namespace belfry::server {

/// Numbers that the log leaves out: after a restore it goes on above everything that was given since the backup, so
/// that none is given twice. Kept in the setting "gaps".
class Gaps
{
public:
    struct Gap
    {
        Seq after = 0; ///< the newest number of the backup
        Seq last = 0;  ///< where the restored log went on; itself not given either
    };

    /// From `12-40,60-75`; what is none is left out.
    static Gaps parse(std::string_view text)
    {
        Gaps gaps;
        while (!text.empty()) {
            const std::string_view one = text.substr(0, text.find(','));
            text.remove_prefix(std::min(text.size(), one.size() + 1));
            Gap gap;
            const char* const end = one.data() + one.size();
            const auto first = std::from_chars(one.data(), end, gap.after);
            if (first.ec == std::errc() && first.ptr != end && *first.ptr == '-' &&
                std::from_chars(first.ptr + 1, end, gap.last).ec == std::errc() && gap.after < gap.last) {
                gaps.m_gaps.push_back(gap);
            }
        }
        return gaps;
    }
    std::string text() const
    {
        std::string out;
        for (const Gap& gap : m_gaps) {
            out += (out.empty() ? "" : ",") + std::to_string(gap.after) + '-' + std::to_string(gap.last);
        }
        return out;
    }
    void add(Gap gap) { m_gaps.push_back(gap); }

    /// Whether a reader that has come so far knows a log that is no more: what it missed cannot be told by numbers.
    bool isInside(Seq cursor) const
    {
        return std::any_of(m_gaps.begin(), m_gaps.end(),
                           [cursor](const Gap& gap) { return gap.after < cursor && cursor < gap.last; });
    }

private:
    std::vector<Gap> m_gaps; // rising
};

} // namespace belfry::server
