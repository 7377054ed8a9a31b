// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/row.h"

#include <QDate>

#include <cstddef>
#include <optional>
#include <vector>

namespace belfry::desktop {

/// One line of the history: a message, or a day's heading.
struct ListEntry
{
    client::RowId rowId = 0; ///< 0: the heading of `day`
    QDate day;

    bool operator==(const ListEntry&) const = default;
};

/// Lines that go, or come in; `last` is included.
struct ListStep
{
    bool isInsertion = false;
    std::size_t first = 0;
    std::size_t last = 0;
};

/// How one list becomes another by removing and inserting, so that what stays is never touched: each step's places are
/// those of the list when it is its turn, an insertion's those of `to` as well. Nothing where what stays changed its
/// order: then there is no such way.
std::optional<std::vector<ListStep>> stepsBetween(const std::vector<ListEntry>& from, const std::vector<ListEntry>& to);

} // namespace belfry::desktop
