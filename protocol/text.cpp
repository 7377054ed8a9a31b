// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/text.h"

#include <QString>
#include <QUtf8StringView>

#include <algorithm>
#include <array>
#include <cstdio>

namespace belfry {

namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

/// A character, or what begins like one and breaks off.
struct Piece
{
    std::size_t bytes = 1;
    bool isCharacter = false;
};

/// The first piece of a text that is not empty: the table of WHATWG Encoding, "UTF-8 decoder".
Piece firstPiece(std::string_view bytes)
{
    const auto byteAt = [bytes](std::size_t at) { return static_cast<unsigned char>(bytes[at]); };
    const unsigned char first = byteAt(0);
    if (first < 0x80)
        return {1, true};
    if (first < 0xC2 || first > 0xF4)
        return {1, false};
    const std::size_t whole = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    unsigned char lowest = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
    unsigned char highest = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
    for (std::size_t at = 1; at < whole; ++at) {
        if (at == bytes.size() || byteAt(at) < lowest || byteAt(at) > highest)
            return {at, false};
        lowest = 0x80;
        highest = 0xBF;
    }
    return {whole, true};
}

bool isValid(std::string_view bytes)
{
    return QUtf8StringView(bytes.data(), static_cast<qsizetype>(bytes.size())).isValidUtf8();
}

std::string hexByte(char byte)
{
    std::array<char, 8> text{};
    std::snprintf(text.data(), text.size(), "0x%02X", static_cast<unsigned>(static_cast<unsigned char>(byte)));
    return text.data();
}

bool looksLikeUtf16(std::string_view bytes)
{
    return bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF") ||
           (bytes.size() >= 2 && (bytes[0] == '\0') != (bytes[1] == '\0'));
}

} // namespace

std::optional<std::size_t> firstNonUtf8(std::string_view bytes)
{
    if (isValid(bytes)) // much faster, and mostly all there is to it
        return std::nullopt;
    for (std::size_t at = 0; at < bytes.size();) {
        const Piece piece = firstPiece(bytes.substr(at));
        if (!piece.isCharacter)
            return at;
        at += piece.bytes;
    }
    return std::nullopt;
}

std::string decodedUtf8(std::string_view bytes)
{
    std::string text;
    if (isValid(bytes)) {
        text = bytes;
        return text;
    }
    text.reserve(bytes.size());
    for (std::size_t at = 0; at < bytes.size();) {
        const Piece piece = firstPiece(bytes.substr(at));
        text.append(piece.isCharacter ? bytes.substr(at, piece.bytes) : replacement);
        at += piece.bytes;
    }
    return text;
}

std::optional<std::string> encodingFault(std::string_view bytes)
{
    if (looksLikeUtf16(bytes))
        return "it is UTF-16, not UTF-8";
    if (bytes.starts_with("\xEF\xBB\xBF"))
        return "it begins with a byte order mark (EF BB BF)";
    if (const auto at = firstNonUtf8(bytes))
        return "it is not UTF-8: byte " + hexByte(bytes[*at]) + " at " + std::to_string(*at);
    return std::nullopt;
}

std::optional<ControlCharacter> firstControl(std::string_view utf8)
{
    std::size_t codePoints = 0;
    for (std::size_t at = 0; at < utf8.size(); ++at) {
        const auto byte = static_cast<unsigned char>(utf8[at]);
        const auto next = at + 1 < utf8.size() ? static_cast<unsigned char>(utf8[at + 1]) : 0;
        const bool isLineEnd = byte == '\n' || (byte == '\r' && next == '\n');
        if ((byte < 0x20 && !isLineEnd && byte != '\t') || byte == 0x7F)
            return ControlCharacter{byte, codePoints};
        if (byte == 0xC2 && next >= 0x80 && next <= 0x9F)
            return ControlCharacter{static_cast<char32_t>(next), codePoints};
        codePoints += (byte & 0xC0) != 0x80 ? 1 : 0;
    }
    return std::nullopt;
}

std::string codePointName(char32_t character)
{
    std::array<char, 16> text{};
    std::snprintf(text.data(), text.size(), "U+%04X", static_cast<unsigned>(character));
    return text.data();
}

std::string comparable(std::string_view utf8)
{
    const bool isAscii =
        std::all_of(utf8.begin(), utf8.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (isAscii)
        return std::string(utf8);
    return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size()))
        .normalized(QString::NormalizationForm_C)
        .toStdString();
}

} // namespace belfry
