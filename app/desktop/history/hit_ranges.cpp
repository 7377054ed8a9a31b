// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/history/hit_ranges.h"

#include <QStringList>

#include <algorithm>
#include <vector>

namespace belfry::desktop {

namespace {

/// A text without case and accents, and where each of its units stood in the original.
struct Folded
{
    QString text;
    std::vector<qsizetype> origin; ///< one longer than text: the original's end last
};

Folded fold(const QString& original)
{
    Folded folded;
    folded.text.reserve(original.size());
    for (qsizetype i = 0; i < original.size();) {
        const qsizetype width = original.at(i).isHighSurrogate() && i + 1 < original.size() ? 2 : 1;
        QString unit = original.mid(i, width).normalized(QString::NormalizationForm_KD).toCaseFolded();
        for (const QChar c : std::as_const(unit)) {
            if (c.isMark() || c.category() == QChar::Other_Format)
                continue;
            folded.text += c == QChar(0x0111) || c == QChar(0x0110) ? QChar(u'd') : c;
            folded.origin.push_back(i);
        }
        i += width;
    }
    folded.origin.push_back(original.size());
    return folded;
}

void findAll(const Folded& in, const QString& needle, QList<HitRange>& hits)
{
    if (needle.isEmpty())
        return;
    for (qsizetype at = in.text.indexOf(needle); at >= 0; at = in.text.indexOf(needle, at + needle.size())) {
        const qsizetype start = in.origin[static_cast<std::size_t>(at)];
        // Ends where the next letter begins, so that its own accents are marked with it.
        const qsizetype end = in.origin[static_cast<std::size_t>(at + needle.size())];
        hits.append({start, end - start});
    }
}

} // namespace

QList<HitRange> hitRanges(const QString& text, const QString& search)
{
    QList<HitRange> hits;
    const QString needle = fold(search.simplified()).text;
    if (needle.isEmpty() || text.isEmpty())
        return hits;
    const Folded folded = fold(text);
    findAll(folded, needle, hits);
    if (!hits.isEmpty())
        return hits;
    const QStringList parts = needle.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    for (const QString& part : parts)
        findAll(folded, part, hits);
    std::sort(hits.begin(), hits.end(), [](const HitRange& a, const HitRange& b) { return a.start < b.start; });
    QList<HitRange> apart;
    for (const HitRange& hit : std::as_const(hits)) {
        if (!apart.isEmpty() && hit.start < apart.last().start + apart.last().length)
            apart.last().length = std::max(apart.last().length, hit.start + hit.length - apart.last().start);
        else
            apart.append(hit);
    }
    return apart;
}

} // namespace belfry::desktop
