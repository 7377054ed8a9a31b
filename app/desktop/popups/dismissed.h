// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/row.h"

#include <QSet>

#include <deque>

namespace belfry::desktop {

/// The rows whose popups the person closed: a replacement of one is not shown as new below high (client.md, "Burst").
/// Remembers the newest 4,096. Thread: one.
class Dismissed
{
public:
    static constexpr std::size_t most = 4096;

    bool contains(client::RowId row) const { return m_rows.contains(row); }
    void add(client::RowId row);

private:
    QSet<client::RowId> m_rows;
    std::deque<client::RowId> m_order; ///< oldest first
};

} // namespace belfry::desktop
