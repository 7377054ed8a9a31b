// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/notification.h"

#include <QColor>
#include <QIcon>
#include <QPainter>
#include <QPalette>

/// The few colours and marks of our own, derived from the palette so that light and dark both read well.
///
/// Text keeps a contrast of at least 4.5:1 against its ground, marks at least 3:1 (WCAG 2.1, 1.4.3 and 1.4.11).
namespace belfry::desktop::tones {

/// The ratio of WCAG 2.1, 1 to 21.
double contrast(const QColor& a, const QColor& b);
bool isDark(const QPalette& palette);

/// Text of second rank: previews, times.
QColor muted(const QColor& text, const QColor& ground);
/// Links and the unread dot.
QColor accent(const QPalette& palette);
QColor ofType(Type type, const QPalette& palette);
/// Behind what a search found; the text on it stays the palette's.
QColor hit(const QPalette& palette);
/// Darkens (or lightens) the palette's selection until what is written on it reads well: Fusion's own blue does not.
void makeSelectionReadable(QPalette& palette);
/// The ground of a bar that says something is amiss; its text is the palette's WindowText.
QColor noticeGround(const QPalette& palette);

/// A type's mark: circle with i, circle with a tick, triangle, octagon. They differ in shape, not only in colour.
void paintType(QPainter& painter, const QRectF& rect, Type type, const QColor& color);
/// The same as an icon in a palette's colours, sharp at every scale.
QIcon typeIcon(Type type, const QPalette& palette);

} // namespace belfry::desktop::tones
