// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/history/list_steps.h"

#include <QSet>

#include <algorithm>

namespace belfry::desktop {
namespace {

qint64 key(const ListEntry& entry)
{
    return entry.rowId != 0 ? entry.rowId : -entry.day.toJulianDay();
}

} // namespace

std::optional<std::vector<ListStep>> stepsBetween(const std::vector<ListEntry>& from, const std::vector<ListEntry>& to)
{
    const std::size_t shorter = std::min(from.size(), to.size());
    std::size_t head = 0;
    while (head < shorter && from[head] == to[head])
        ++head;
    std::size_t tail = 0;
    while (tail < shorter - head && from[from.size() - 1 - tail] == to[to.size() - 1 - tail])
        ++tail;

    QSet<qint64> wanted;
    for (std::size_t at = head; at < to.size() - tail; ++at)
        wanted.insert(key(to[at]));
    std::vector<ListStep> steps;
    std::vector<ListEntry> staying; // between head and tail
    for (std::size_t end = from.size() - tail; end > head;) {
        if (wanted.contains(key(from[end - 1]))) {
            staying.push_back(from[--end]);
            continue;
        }
        std::size_t begin = end - 1;
        while (begin > head && !wanted.contains(key(from[begin - 1])))
            --begin;
        steps.push_back({false, begin, end - 1});
        end = begin;
    }
    std::reverse(staying.begin(), staying.end());

    auto stays = staying.cbegin();
    for (std::size_t at = head; at < to.size() - tail;) {
        if (stays != staying.cend() && *stays == to[at]) {
            ++stays;
            ++at;
            continue;
        }
        std::size_t end = at;
        while (end < to.size() - tail && (stays == staying.cend() || *stays != to[end]))
            ++end;
        steps.push_back({true, at, end - 1});
        at = end;
    }
    if (stays != staying.cend())
        return std::nullopt;
    return steps;
}

} // namespace belfry::desktop
