// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace belfry {

/// Where a text stops being UTF-8: the place of the first byte that belongs to no character, from 0. Nothing where all
/// of it is UTF-8.
std::optional<std::size_t> firstNonUtf8(std::string_view bytes);

/// Bytes as text, as browsers take them: what is no UTF-8 becomes U+FFFD, one for each maximal subpart of a character
/// (WHATWG Encoding, "UTF-8 decoder"; Unicode 15, §3.9, U+FFFD substitution). A byte order mark stays.
std::string decodedUtf8(std::string_view bytes);

/// What a body is encoded in that should be UTF-8 without a byte order mark, as the rest of a sentence: "it is not
/// UTF-8: byte 0xFC at 25". Places count bytes, from 0. Nothing where it is as it should be.
std::optional<std::string> encodingFault(std::string_view bytes);

/// A control character that texts of a notification may not hold (C0 and C1 but newline, CR LF and tab, and DEL), and
/// where it stands, in code points from 0.
struct ControlCharacter
{
    char32_t character = 0;
    std::size_t at = 0;
};
/// Nothing where there is none.
std::optional<ControlCharacter> firstControl(std::string_view utf8);

/// "U+0007"
std::string codePointName(char32_t character);

/// The form in which machines compare what people typed: NFC (protocol.md, "A notification, as triggered"). Thread:
/// any.
std::string comparable(std::string_view utf8);

} // namespace belfry
