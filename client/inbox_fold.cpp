// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/inbox_fold.h"

namespace belfry::client {

QString foldForSearch(const QString& text)
{
    const QString decomposed = text.normalized(QString::NormalizationForm_KD);
    QString folded;
    folded.reserve(decomposed.size());
    bool lastWasSpace = true;
    for (const QChar c : decomposed) {
        if (c.isMark() || c.category() == QChar::Other_Format) {
            continue;
        }
        if (c.isSpace()) {
            if (!lastWasSpace) {
                folded.append(u' ');
            }
            lastWasSpace = true;
            continue;
        }
        lastWasSpace = false;
        // U+0111 and U+0110 have no decomposition: the stroke is part of the letter.
        folded.append(c == QChar(0x0111) || c == QChar(0x0110) ? QChar(u'd') : c);
    }
    // By way of the capitals, whose mapping is the full one: ß becomes ss.
    folded = folded.toUpper().toCaseFolded();
    if (folded.endsWith(u' ')) {
        folded.chop(1);
    }
    return folded;
}

} // namespace belfry::client
