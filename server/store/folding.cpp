// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/folding.h"

#include <QList>
#include <QString>

#include <algorithm>

namespace belfry::server {

QString caseFolded(const QString& text)
{
    QString folded;
    folded.reserve(text.size());
    for (const uint point : text.toUcs4()) {
        const char32_t character = point;
        const QString one = QString::fromUcs4(&character, 1);
        const QString upper = one.toUpper();
        // What becomes longer in upper case folds to those letters (CaseFolding.txt, status F).
        folded += upper.size() > one.size() ? upper.toCaseFolded() : one.toCaseFolded();
    }
    return folded;
}

std::string foldedForSearch(std::string_view utf8)
{
    const bool isAscii =
        std::all_of(utf8.begin(), utf8.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (isAscii) {
        std::string folded(utf8);
        std::transform(folded.begin(), folded.end(), folded.begin(),
                       [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
        return folded;
    }
    const QString decomposed =
        QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size())).normalized(QString::NormalizationForm_D);
    QString bare;
    bare.reserve(decomposed.size());
    for (const QChar c : decomposed) {
        if (!c.isMark()) {
            bare.append(c == QChar(0x0111) || c == QChar(0x0110) ? QChar(u'd') : c);
        }
    }
    return caseFolded(bare).normalized(QString::NormalizationForm_D).toStdString();
}

} // namespace belfry::server
