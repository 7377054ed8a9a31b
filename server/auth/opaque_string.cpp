// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/auth/opaque_string.h"

#include <QChar>
#include <QList>
#include <QString>
#include <QStringDecoder>

#include <algorithm>
#include <array>
#include <optional>

namespace belfry::server {

namespace {

constexpr char32_t zeroWidthNonJoiner = 0x200c, zeroWidthJoiner = 0x200d;
constexpr unsigned char virama = 9;

struct PointRange
{
    char32_t first, last;
};

template <std::size_t n> bool isInRanges(const std::array<PointRange, n>& ranges, char32_t c)
{
    return std::any_of(ranges.begin(), ranges.end(),
                       [c](const PointRange& range) { return c >= range.first && c <= range.last; });
}

/// Default_Ignorable_Code_Point (DerivedCoreProperties.txt), which Qt does not tell.
constexpr std::array<PointRange, 17> ignorablePoints{{{0xad, 0xad},
                                                      {0x34f, 0x34f},
                                                      {0x61c, 0x61c},
                                                      {0x115f, 0x1160},
                                                      {0x17b4, 0x17b5},
                                                      {0x180b, 0x180f},
                                                      {0x200b, 0x200f},
                                                      {0x202a, 0x202e},
                                                      {0x2060, 0x206f},
                                                      {0x3164, 0x3164},
                                                      {0xfe00, 0xfe0f},
                                                      {0xfeff, 0xfeff},
                                                      {0xffa0, 0xffa0},
                                                      {0xfff0, 0xfff8},
                                                      {0x1bca0, 0x1bca3},
                                                      {0x1d173, 0x1d17a},
                                                      {0xe0000, 0xe0fff}}};
/// RFC 8264 §9.9: conjoining jamo; those of today are syllables after NFC.
constexpr std::array<PointRange, 3> oldHangulJamo{{{0x1100, 0x11ff}, {0xa960, 0xa97c}, {0xd7b0, 0xd7fb}}};
/// RFC 8264 §9.6, "Disallowed".
constexpr std::array<PointRange, 5> disallowedPoints{
    {{0x640, 0x640}, {0x7fa, 0x7fa}, {0x302e, 0x302f}, {0x3031, 0x3035}, {0x303b, 0x303b}}};

bool isArabicIndic(char32_t c)
{
    return c >= 0x660 && c <= 0x669;
}
bool isExtendedArabicIndic(char32_t c)
{
    return c >= 0x6f0 && c <= 0x6f9;
}

using Points = QList<char32_t>;

bool joins(const Points& text, qsizetype at, int step)
{
    for (qsizetype place = at + step; place >= 0 && place < text.size(); place += step) {
        switch (QChar::joiningType(text[place])) {
        case QChar::Joining_Transparent:
            continue;
        case QChar::Joining_Dual:
            return true;
        case QChar::Joining_Left:
            return step < 0;
        case QChar::Joining_Right:
            return step > 0;
        default:
            return false;
        }
    }
    return false;
}

/// The rules of context (RFC 5892 appendix A); nothing where the character has none.
std::optional<bool> fitsItsContext(const Points& text, qsizetype at)
{
    const char32_t c = text[at];
    const auto before = at > 0 ? text[at - 1] : U'\0';
    const auto after = at + 1 < text.size() ? text[at + 1] : U'\0';
    switch (c) {
    case zeroWidthNonJoiner:
        return QChar::combiningClass(before) == virama || (joins(text, at, -1) && joins(text, at, 1));
    case zeroWidthJoiner:
        return QChar::combiningClass(before) == virama;
    case 0xb7: // middle dot
        return before == U'l' && after == U'l';
    case 0x375: // Greek keraia
        return QChar::script(after) == QChar::Script_Greek;
    case 0x5f3: // Hebrew geresh and gershayim
    case 0x5f4:
        return QChar::script(before) == QChar::Script_Hebrew;
    case 0x30fb: // Katakana middle dot
        return std::any_of(text.begin(), text.end(), [](char32_t other) {
            const auto script = QChar::script(other);
            return script == QChar::Script_Hiragana || script == QChar::Script_Katakana || script == QChar::Script_Han;
        });
    default:
        break;
    }
    if (isArabicIndic(c))
        return std::none_of(text.begin(), text.end(), isExtendedArabicIndic);
    if (isExtendedArabicIndic(c))
        return std::none_of(text.begin(), text.end(), isArabicIndic);
    return std::nullopt;
}

/// In the order of RFC 8264 §8, for the FreeformClass.
bool isAllowed(const Points& text, qsizetype at)
{
    const char32_t c = text[at];
    if (isInRanges(disallowedPoints, c))
        return false;
    if (const auto fits = fitsItsContext(text, at))
        return *fits;
    if (isInRanges(oldHangulJamo, c) || isInRanges(ignorablePoints, c))
        return false;
    switch (QChar::category(c)) {
    case QChar::Other_Control:
    case QChar::Other_Format:
    case QChar::Other_NotAssigned: // noncharacters, too
    case QChar::Other_PrivateUse:
    case QChar::Other_Surrogate:
    case QChar::Separator_Line:
    case QChar::Separator_Paragraph:
        return false;
    default:
        return true;
    }
}

std::optional<QString> fromUtf8Strictly(std::string_view text)
{
    QStringDecoder decoder(QStringDecoder::Utf8, QStringDecoder::Flag::Stateless);
    QString text16 = decoder(QByteArrayView(text.data(), static_cast<qsizetype>(text.size())));
    return decoder.hasError() ? std::nullopt : std::optional(std::move(text16));
}

} // namespace

std::string opaqueForm(std::string_view text)
{
    auto form = fromUtf8Strictly(text);
    if (!form)
        return std::string(text);
    std::replace_if(
        form->begin(), form->end(), [](QChar c) { return c.category() == QChar::Separator_Space; }, u' ');
    return form->normalized(QString::NormalizationForm_C).toStdString();
}

bool isFreeform(std::string_view text)
{
    const auto form = fromUtf8Strictly(text);
    if (!form)
        return false;
    Points points;
    for (const uint c : form->toUcs4())
        points.append(c);
    for (qsizetype at = 0; at < points.size(); ++at) {
        if (!isAllowed(points, at))
            return false;
    }
    return true;
}

} // namespace belfry::server
