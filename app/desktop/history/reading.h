// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/row.h"

#include <chrono>
#include <optional>

namespace belfry::desktop {

/// When a message counts as read: the person chose it and it was in view for a second without a break.
///
/// In view means that the window is active and the detail visible. What the program selected (opening, after a delete)
/// never counts. Pure: time is handed in. Source: desktop.md, "History window".
class Reading
{
public:
    using Milliseconds = std::chrono::milliseconds;
    static constexpr Milliseconds needed{1000};

    /// Another row is shown, 0 for none.
    void show(client::RowId row, bool byPerson, Milliseconds now);
    void setInView(bool isInView, Milliseconds now);

    /// How long until something is due; nothing where nothing can be.
    std::optional<Milliseconds> dueIn(Milliseconds now) const;
    /// The row that is now to be marked, once.
    std::optional<client::RowId> take(Milliseconds now);

private:
    client::RowId m_row = 0;
    bool m_counts = false;
    bool m_isInView = false;
    Milliseconds m_since{0};
};

} // namespace belfry::desktop
