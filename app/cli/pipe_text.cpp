// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/pipe_text.h"

#include <algorithm>
#include <array>

namespace belfry::cli {

namespace {

constexpr char32_t escape = 0x1B;
/// A longer line is kept in parts: what was printed so far cannot be overwritten any more.
constexpr std::size_t longestLine = 64 * 1024;
/// A longer text inside an escape sequence (a window's title, a link, a picture) is none.
constexpr std::size_t longestString = 64 * 1024;
/// So near to a cut a line's end is taken for the cut.
constexpr std::size_t nearCut = 200;

/// 0x80 to 0x9F of windows-1252 (Encoding standard, "latin1"); 0 where nothing stands.
constexpr std::array<char32_t, 32> windows1252{0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                               0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017D, 0,
                                               0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                               0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

/// How many bytes follow the first one of a UTF-8 sequence; nothing where it begins none.
std::optional<std::size_t> followers(std::uint8_t first)
{
    if (first < 0x80)
        return 0;
    if (first >= 0xC2 && first <= 0xDF)
        return 1;
    if (first >= 0xE0 && first <= 0xEF)
        return 2;
    if (first >= 0xF0 && first <= 0xF4)
        return 3;
    return std::nullopt;
}

/// Whether a byte may follow (Unicode, table 3-7: the second byte's range depends on the first).
bool follows(std::string_view sequence, std::uint8_t byte)
{
    std::uint8_t least = 0x80;
    std::uint8_t most = 0xBF;
    if (sequence.size() == 1) {
        switch (static_cast<std::uint8_t>(sequence[0])) {
        case 0xE0:
            least = 0xA0;
            break;
        case 0xED:
            most = 0x9F;
            break;
        case 0xF0:
            least = 0x90;
            break;
        case 0xF4:
            most = 0x8F;
            break;
        default:
            break;
        }
    }
    return byte >= least && byte <= most;
}

char32_t decodedSequence(std::string_view sequence)
{
    constexpr std::array<unsigned, 5> firstMask{0, 0x7F, 0x1F, 0x0F, 0x07};
    char32_t c = static_cast<std::uint8_t>(sequence[0]) & firstMask.at(sequence.size());
    for (const char byte : sequence.substr(1))
        c = (c << 6U) | (static_cast<std::uint8_t>(byte) & 0x3FU);
    return c;
}

bool beginsString(char32_t c)
{
    return c == U']' || c == U'P' || c == U'X' || c == U'^' || c == U'_';
}

QString textOf(const std::u32string& codePoints)
{
    return QString::fromUcs4(codePoints.data(), static_cast<qsizetype>(codePoints.size()));
}

QString counted(std::uint64_t count, const char* one, const char* many)
{
    return QStringLiteral("%1 %2").arg(count).arg(QLatin1StringView(count == 1 ? one : many));
}

} // namespace

void PipeText::feed(QByteArrayView bytes)
{
    if (!m_hasBegun) {
        m_first.append(bytes.data(), bytes.size());
        if (m_first.size() >= 4)
            begin();
        return;
    }
    if (m_decoder) {
        const QString text = m_decoder->decode(bytes);
        return units(text);
    }
    for (const char each : bytes)
        byte(static_cast<std::uint8_t>(each));
}

void PipeText::begin()
{
    m_hasBegun = true;
    const QByteArray first = std::exchange(m_first, {});
    const auto encoding = QStringConverter::encodingForData(first);
    if (encoding && *encoding != QStringConverter::Utf8)
        m_decoder.emplace(*encoding);
    feed(encoding == QStringConverter::Utf8 ? QByteArrayView(first).sliced(3) : QByteArrayView(first));
}

void PipeText::byte(std::uint8_t byte)
{
    if (m_missing > 0) {
        if (!follows(m_sequence, byte)) {
            foreignBytes();
            return this->byte(byte);
        }
        m_sequence += static_cast<char>(byte);
        if (--m_missing == 0)
            scalar(decodedSequence(std::exchange(m_sequence, {})));
        return;
    }
    const auto more = followers(byte);
    if (more == 0)
        return scalar(byte);
    m_sequence = static_cast<char>(byte);
    m_missing = more.value_or(0);
    if (!more)
        foreignBytes();
}

void PipeText::foreignBytes()
{
    m_missing = 0;
    for (const char each : std::exchange(m_sequence, {})) {
        const auto byte = static_cast<std::uint8_t>(each);
        ++m_foreign;
        if (const char32_t c = byte < 0xA0 ? windows1252.at(byte - 0x80U) : byte; c != 0)
            scalar(c);
    }
}

void PipeText::units(QStringView text)
{
    for (const QChar unit : text) {
        if (unit.isHighSurrogate())
            m_highSurrogate = unit.unicode();
        else if (unit.isLowSurrogate() && m_highSurrogate != 0)
            scalar(QChar::surrogateToUcs4(std::exchange(m_highSurrogate, 0), unit.unicode()));
        else
            scalar(unit.isSurrogate() ? U'\uFFFD' : char32_t(unit.unicode()));
    }
}

void PipeText::scalar(char32_t c)
{
    switch (m_mode) {
    case Mode::Text:
        return plain(c);
    case Mode::Escape:
        ++m_escapes;
        if (c == U'[') {
            m_mode = Mode::Control;
        } else if (beginsString(c)) {
            m_mode = Mode::String;
            m_string.clear();
        } else if (c >= 0x20 && c <= 0x2F) {
            m_mode = Mode::Intermediate;
        } else {
            m_mode = Mode::Text;
            if (c < 0x30 || c > 0x7E)
                plain(c); // what follows was no part of it
        }
        return;
    case Mode::Intermediate:
    case Mode::Control: {
        if (c >= 0x20 && c <= (m_mode == Mode::Control ? 0x3F : 0x2F))
            return;
        m_mode = Mode::Text;
        if (c < 0x20 || c > 0x7E)
            plain(c);
        return;
    }
    case Mode::String:
        return inString(c);
    case Mode::StringEscape:
        m_mode = Mode::Text;
        if (c != U'\\') {
            m_mode = Mode::Escape;
            scalar(c);
        }
        return;
    }
}

void PipeText::inString(char32_t c)
{
    if (c == 0x07 || c == 0x9C) {
        m_mode = Mode::Text;
    } else if (c == escape) {
        m_mode = Mode::StringEscape;
    } else if (c == U'\n' || m_string.size() >= longestString) {
        // Nothing ended it: it was text after all.
        m_mode = Mode::Text;
        for (const char32_t each : std::exchange(m_string, {}))
            plain(each);
        plain(c);
    } else {
        m_string += c;
    }
}

void PipeText::plain(char32_t c)
{
    switch (c) {
    case U'\n':
        return endLine();
    case U'\r':
        m_isReturned = true;
        return;
    case U'\b':
        if (!m_line.empty()) {
            m_line.pop_back();
            ++m_overwritten;
        }
        return;
    case 0x0B:
    case 0x0C:
    case 0x85:
        ++m_controls;
        if (!m_line.empty())
            endLine();
        return;
    case escape:
        m_mode = Mode::Escape;
        return;
    case 0x9B:
        ++m_escapes;
        m_mode = Mode::Control;
        return;
    case 0x90:
    case 0x98:
    case 0x9D:
    case 0x9E:
    case 0x9F:
        ++m_escapes;
        m_mode = Mode::String;
        m_string.clear();
        return;
    default:
        break;
    }
    if ((c < 0x20 && c != U'\t') || (c >= 0x7F && c <= 0x9F)) {
        ++m_controls;
        return;
    }
    if (std::exchange(m_isReturned, false) && !m_line.empty()) {
        m_line.clear();
        ++m_overwritten;
    }
    if (m_line.size() >= longestLine) {
        for (const char32_t each : std::exchange(m_line, {}))
            keep(each);
    }
    m_line += c;
}

void PipeText::endLine()
{
    m_isReturned = false;
    for (const char32_t each : std::exchange(m_line, {}))
        keep(each);
    keep(U'\n');
}

void PipeText::keep(char32_t c)
{
    const auto add = [this](char32_t each) {
        ++m_count;
        if (m_head.size() < m_limit)
            m_head += each;
        m_tail.push_back(each);
        if (m_tail.size() > m_limit)
            m_tail.pop_front();
    };
    if (std::exchange(m_isLineEndHeld, c == U'\n'))
        add(U'\n');
    if (c != U'\n')
        add(c);
}

void PipeText::endInput()
{
    if (!m_hasBegun)
        begin();
    foreignBytes();
    if (m_mode == Mode::String) {
        m_mode = Mode::Text;
        for (const char32_t each : std::exchange(m_string, {}))
            plain(each);
    }
    for (const char32_t each : std::exchange(m_line, {}))
        keep(each);
}

std::u32string PipeText::tail(std::size_t most) const
{
    const auto size = static_cast<std::ptrdiff_t>(std::min(most, m_tail.size()));
    std::u32string text(m_tail.end() - size, m_tail.end());
    if (text.size() == m_count)
        return text;
    // A line that is not whole is left out where its end is near.
    const std::size_t end = text.find(U'\n');
    return end < nearCut ? text.substr(end + 1) : text;
}

PipeText::Cleaned PipeText::finish()
{
    endInput();
    if (m_count <= m_limit)
        return {textOf(m_head), done()};
    constexpr std::size_t room = 60; // for the line that says so
    std::u32string head = m_head.substr(0, m_limit / 4);
    if (const std::size_t end = head.rfind(U'\n'); end != std::u32string::npos && head.size() - end < nearCut)
        head.resize(end);
    const std::u32string rest = tail(m_limit - m_limit / 4 - room);
    m_cut = m_count - head.size() - rest.size();
    const QString said = QStringLiteral("\n[… %1 left out …]\n").arg(counted(m_cut, "character", "characters"));
    return {textOf(head) + said + textOf(rest), done()};
}

PipeText::Cleaned PipeText::finishEnd(std::size_t most)
{
    endInput();
    const std::u32string end = tail(most);
    m_cut = m_count - end.size();
    return {textOf(end), done()};
}

QStringList PipeText::done() const
{
    QStringList parts;
    if (m_escapes > 0)
        parts += counted(m_escapes, "escape sequence (colours and the like) taken out",
                         "escape sequences (colours and the like) taken out");
    if (m_overwritten > 0)
        parts += QStringLiteral("lines that were overwritten kept as they were last");
    if (m_controls > 0)
        parts += counted(m_controls, "control character taken out", "control characters taken out");
    if (m_foreign > 0)
        parts +=
            counted(m_foreign, "byte that is no UTF-8 taken as Latin-1", "bytes that are no UTF-8 taken as Latin-1");
    if (m_decoder)
        parts += QStringLiteral("%1 turned into UTF-8").arg(QLatin1StringView(m_decoder->name()));
    if (m_cut > 0)
        parts += counted(m_cut, "character left out", "characters left out");
    return parts;
}

} // namespace belfry::cli
