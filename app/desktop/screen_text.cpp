// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/screen_text.h"

#include <QStringList>
#include <QVarLengthArray>

#include <algorithm>

namespace belfry::desktop::screen {
namespace {

constexpr char16_t firstStrongIsolate = 0x2068;
constexpr char16_t popIsolate = 0x2069;
constexpr char16_t popFormatting = 0x202C;

bool opensFormatting(char16_t unit)
{
    return unit == 0x202A || unit == 0x202B || unit == 0x202D || unit == 0x202E; // LRE, RLE, LRO, RLO
}

bool opensIsolate(char16_t unit)
{
    return unit >= 0x2066 && unit <= firstStrongIsolate; // LRI, RLI, FSI
}

bool isDropped(QChar character)
{
    const char16_t unit = character.unicode();
    return (unit < 0x20 && unit != u'\n' && unit != u'\t') || (unit >= 0x7F && unit < 0xA0);
}

/// Closes what a paragraph opens and drops closers that close nothing (Unicode UAX #9, X1 to X8): they would reach out
/// into words around it.
void appendBalanced(QString& to, QStringView paragraph)
{
    QVarLengthArray<char16_t, 16> open; // the closers that are owed
    for (const QChar character : paragraph) {
        const char16_t unit = character.unicode();
        if (opensFormatting(unit)) {
            open.append(popFormatting);
        } else if (opensIsolate(unit)) {
            open.append(popIsolate);
        } else if (unit == popFormatting) {
            if (open.isEmpty() || open.back() != popFormatting)
                continue;
            open.removeLast();
        } else if (unit == popIsolate) {
            if (!open.contains(popIsolate))
                continue;
            while (open.back() != popIsolate) {
                to += QChar(open.back());
                open.removeLast();
            }
            open.removeLast();
        }
        to += character;
    }
    while (!open.isEmpty()) {
        to += QChar(open.back());
        open.removeLast();
    }
}

/// How many characters a text has: code points, as senders count them (protocol.md, "Common rules").
qsizetype characters(const QString& text)
{
    return text.size() - std::count_if(text.begin(), text.end(), [](QChar unit) { return unit.isLowSurrogate(); });
}

/// Cut to so many characters, not before a combining mark.
QString cut(const QString& text, int longest)
{
    if (longest <= 0 || text.size() <= longest || characters(text) <= longest)
        return text;
    qsizetype end = 0;
    for (int left = longest - 1; left > 0; --left)
        end += text.at(end).isHighSurrogate() ? 2 : 1;
    while (end > 0 && (text.at(end).isLowSurrogate() || text.at(end).isMark()))
        --end;
    return text.left(end).trimmed() + QChar(0x2026);
}

/// Without control characters, and with lone surrogates shown as what they are: broken.
QString cleaned(const QString& outside)
{
    QString text;
    text.reserve(outside.size());
    for (qsizetype at = 0; at < outside.size(); ++at) {
        const QChar character = outside.at(at);
        if (character.unicode() == u'\r') {
            if (at + 1 >= outside.size() || outside.at(at + 1) != u'\n')
                text += u'\n';
        } else if (character.unicode() == 0x2028 || character.unicode() == 0x2029) {
            text += u'\n';
        } else if (character.isHighSurrogate() && at + 1 < outside.size() && outside.at(at + 1).isLowSurrogate()) {
            text += character;
            text += outside.at(++at);
        } else if (character.isSurrogate()) {
            text += QChar(QChar::ReplacementCharacter);
        } else if (!isDropped(character)) {
            text += character;
        }
    }
    return text;
}

QString balanced(const QString& text)
{
    QString result;
    result.reserve(text.size());
    bool isFirst = true;
    for (const QStringView paragraph : QStringView(text).split(u'\n')) {
        if (!isFirst)
            result += u'\n';
        isFirst = false;
        appendBalanced(result, paragraph);
    }
    return result;
}

} // namespace

QString plain(const QString& outside)
{
    return balanced(cleaned(outside));
}

QString line(const QString& outside, int longest)
{
    return balanced(cut(cleaned(outside).simplified(), longest));
}

QString isolated(const QString& outside, int longest)
{
    return QChar(firstStrongIsolate) + line(outside, longest) + QChar(popIsolate);
}

QString escaped(const QString& outside)
{
    return plain(outside).toHtmlEscaped();
}

QString tooltip(const QString& outside)
{
    QString text = escaped(outside);
    text.replace(u'\n', QStringLiteral("<br/>"));
    return QStringLiteral("<qt>%1</qt>").arg(text);
}

QString label(const QString& outside, int longest)
{
    QString text = line(outside, longest);
    text.replace(u'&', QStringLiteral("&&"));
    return text;
}

QString lines(const QString& outside, int mostLines, int longestLine)
{
    QStringList kept;
    bool isCut = false;
    for (const QString& paragraph : cleaned(outside).split(u'\n', Qt::SkipEmptyParts)) {
        const QString one = paragraph.simplified();
        if (one.isEmpty())
            continue;
        if (kept.size() == mostLines) {
            isCut = true;
            break;
        }
        // What the screen wraps counts as lines too: a long paragraph takes the room of several.
        const int room = longestLine * (mostLines - int(kept.size()));
        kept.append(cut(one, room));
        const qsizetype size = characters(one);
        if (size > room) {
            isCut = false;
            break;
        }
        for (qsizetype extra = (size - 1) / longestLine; extra > 0 && mostLines > int(kept.size()); --extra)
            --mostLines;
    }
    if (isCut)
        kept.last() += QChar(0x2026);
    return balanced(kept.join(u'\n'));
}

} // namespace belfry::desktop::screen
