// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>

namespace belfry::desktop {

/// A stretch of a text, in UTF-16 units.
struct HitRange
{
    qsizetype start = 0;
    qsizetype length = 0;

    bool operator==(const HitRange&) const = default;
};

/// Where a search is found in a text, folded as the inbox folds it (case, accents, đ); in order, not overlapping.
/// The whole search where it occurs, else each of its words. Pure.
QList<HitRange> hitRanges(const QString& text, const QString& search);

} // namespace belfry::desktop
