// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QString>
#include <QUrl>

namespace belfry::desktop {

/// A message as markup of our own making: all of it escaped, line ends kept, http(s) addresses made links, what a
/// search found marked. Where an address is written so that its host is not what one reads, the host is said after it.
QString messageHtml(const QString& message, const QString& search, const QColor& link, const QColor& hit);

/// A link that a person may follow: http or https with a host. Nothing else is ever opened.
bool isOpenable(const QUrl& url);
/// The same for a notification's `url`; invalid where it may not be opened.
QUrl openableUrl(const QString& text);
/// The host as people read it, with its port where that is not the usual one.
QString hostOf(const QUrl& url);

} // namespace belfry::desktop
