// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/notification.h"
#include "server/store/sqlite.h"

#include <algorithm>
#include <initializer_list>
#include <vector>

namespace belfry::server {

/// Several queries that give (seq, counts_until) in one order, as one: what is for a person and what is for everyone.
/// Reads as far as it is asked; the queries outlive it.
class MergedSeqs
{
public:
    MergedSeqs(bool isAscending, std::initializer_list<Rows*> sources) : m_isAscending(isAscending)
    {
        for (Rows* rows : sources) {
            advance(rows);
        }
    }

    bool isAtEnd() const { return m_heads.empty(); }
    Seq seq() const { return first()->seq; }
    std::int64_t countsUntil() const { return first()->countsUntil; }
    void next()
    {
        const auto head = first();
        Rows* rows = head->rows;
        m_heads.erase(head);
        advance(rows);
    }

private:
    struct Head
    {
        Rows* rows;
        Seq seq;
        std::int64_t countsUntil;
    };
    void advance(Rows* rows)
    {
        if (rows->next()) {
            m_heads.push_back({rows, rows->integer(0), rows->integer(1)});
        }
    }
    std::vector<Head>::const_iterator first() const
    {
        return std::min_element(m_heads.begin(), m_heads.end(), [this](const Head& a, const Head& b) {
            return m_isAscending ? a.seq < b.seq : a.seq > b.seq;
        });
    }

    bool m_isAscending;
    std::vector<Head> m_heads;
};

} // namespace belfry::server
