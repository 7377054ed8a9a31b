// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/history/reading.h"

#include <algorithm>

namespace belfry::desktop {

void Reading::show(client::RowId row, bool byPerson, Milliseconds now)
{
    m_row = row;
    m_counts = byPerson && row != 0;
    m_since = now;
}

void Reading::setInView(bool isInView, Milliseconds now)
{
    if (isInView && !m_isInView)
        m_since = now;
    m_isInView = isInView;
}

std::optional<Reading::Milliseconds> Reading::dueIn(Milliseconds now) const
{
    if (!m_counts || !m_isInView)
        return std::nullopt;
    return std::max(Milliseconds{0}, m_since + needed - now);
}

std::optional<client::RowId> Reading::take(Milliseconds now)
{
    const auto left = dueIn(now);
    if (!left || left->count() > 0)
        return std::nullopt;
    m_counts = false;
    return m_row;
}

} // namespace belfry::desktop
