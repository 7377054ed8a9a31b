// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/popups/dismissed.h"

namespace belfry::desktop {

void Dismissed::add(client::RowId row)
{
    if (m_rows.contains(row))
        return;
    m_rows.insert(row);
    m_order.push_back(row);
    if (m_order.size() > most) {
        m_rows.remove(m_order.front());
        m_order.pop_front();
    }
}

} // namespace belfry::desktop
