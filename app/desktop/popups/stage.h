// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/popups/popup.h"
#include "client/row.h"

#include <QList>

namespace belfry::desktop {

/// Why a popup is gone from the screen.
enum class ClosedBy { Timeout, Person, Us, Unknown };

/// Where popups are shown and what is to be remembered of them.
class PopupStage
{
public:
    virtual ~PopupStage() = default;
    /// Shows it, or replaces the one of this number in place.
    virtual void show(PopupId id, const Popup& popup) = 0;
    virtual void close(PopupId id) = 0;
    /// These are not to be shown again at a later start.
    virtual void markShown(const QList<client::RowId>& rows) = 0;
    /// Do-not-disturb has come to its stored end.
    virtual void quietEnded() = 0;
};

} // namespace belfry::desktop
