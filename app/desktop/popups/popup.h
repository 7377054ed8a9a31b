// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/notification.h"

#include <QList>
#include <QString>

namespace belfry::desktop {

/// Names a popup of ours, on screen or on its way there: a row's own number (below 0 for one that could not be stored),
/// or a summary's.
using PopupId = qint64;
/// Below this are summaries and sentences of our own; no row ever gets there.
inline constexpr PopupId summaryIds = -(PopupId(1) << 62);

/// A button. `name` is what comes back when it is pressed.
struct PopupButton
{
    QString name;
    QString label;

    bool operator==(const PopupButton&) const = default;
};

/// The names of the buttons. "default" is a click on the popup itself.
namespace button {
inline const QString open = QStringLiteral("default");
inline const QString link = QStringLiteral("link");
inline const QString read = QStringLiteral("read");
inline const QString acknowledge = QStringLiteral("acknowledge");
/// Followed by the answer's place, from 0.
inline const QString answer = QStringLiteral("answer:");
} // namespace button

/// How long a popup stays, as far as we say it.
enum class Stay { PlatformDefault, FifteenSeconds, UntilClosed };

/// What a popup says: plain text, made fit for the screen. Whatever escaping a platform needs is its notifier's.
struct Popup
{
    QString title;
    QString text;
    Type type = Type::Info;
    Priority urgency = Priority::Normal; ///< High counts as normal on the screen
    Stay stay = Stay::PlatformDefault;
    QList<PopupButton> buttons; ///< the first is button::open

    bool operator==(const Popup&) const = default;
};

} // namespace belfry::desktop
