// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArrayView>
#include <QString>
#include <QStringDecoder>
#include <QStringList>

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

namespace belfry::cli {

/// What a program printed for a terminal, as text that a notification takes (protocol.md, "A notification, as
/// triggered": no control characters but newline and tab, so many code points).
///
/// Escape sequences go; a line that was overwritten (carriage return, backspace) keeps its last state; a page's end is
/// a line's end; other controls go. Bytes that are no UTF-8 are taken as Latin-1 (windows-1252, as the Encoding
/// standard has it); a byte order mark of UTF-16 or UTF-32 is heeded. Takes any amount in any pieces and holds a
/// bounded part of it. Thread: one.
class PipeText
{
public:
    /// @param limit  code points that finish() gives at most, at least 100
    explicit PipeText(std::size_t limit) : m_limit(limit) {}

    void feed(QByteArrayView bytes);

    struct Cleaned
    {
        QString text;     ///< without the last line's end
        QStringList done; ///< what was done to it, as parts of a sentence; empty: nothing
    };
    /// The beginning and the end, where it is over the limit; what is cut is said between them.
    Cleaned finish();
    /// The last so many code points alone, without an unfinished line at their beginning.
    Cleaned finishEnd(std::size_t most);

private:
    enum class Mode { Text, Escape, Intermediate, Control, String, StringEscape };

    void begin();
    void byte(std::uint8_t byte);
    void foreignBytes();
    void units(QStringView text);
    void scalar(char32_t c);
    void inString(char32_t c);
    void plain(char32_t c);
    void endLine();
    void keep(char32_t c);
    void endInput();
    std::u32string tail(std::size_t most) const;
    QStringList done() const;

    std::size_t m_limit;

    // From bytes to code points.
    QByteArray m_first; ///< until it is known whether a byte order mark stands there
    bool m_hasBegun = false;
    std::optional<QStringDecoder> m_decoder; ///< where one does
    char16_t m_highSurrogate = 0;
    std::string m_sequence; ///< of UTF-8, not yet whole
    std::size_t m_missing = 0;

    // From code points to lines.
    Mode m_mode = Mode::Text;
    std::u32string m_string; ///< an escape sequence's text, given back where nothing ends it
    std::u32string m_line;
    bool m_isReturned = false; ///< a carriage return stands before what comes next

    // What is kept.
    bool m_isLineEndHeld = false; ///< the last line's end is none of the text
    std::u32string m_head;        ///< the first m_limit
    std::deque<char32_t> m_tail;  ///< the last m_limit
    std::uint64_t m_count = 0;

    std::uint64_t m_escapes = 0;
    std::uint64_t m_overwritten = 0;
    std::uint64_t m_controls = 0;
    std::uint64_t m_foreign = 0;
    std::uint64_t m_cut = 0;
};

} // namespace belfry::cli
