// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/terminal.h"

#include <QFile>
#include <QStringDecoder>

#include <cstdio>

namespace belfry::cli {

namespace {

bool isBidiControl(char16_t unit)
{
    return unit == 0x061C || unit == 0x200E || unit == 0x200F || (unit >= 0x202A && unit <= 0x202E) ||
           (unit >= 0x2066 && unit <= 0x2069);
}

bool isControl(char16_t unit)
{
    return unit < 0x20 || (unit >= 0x7F && unit <= 0x9F) || unit == 0x2028 || unit == 0x2029;
}

Result<QByteArray> readStdin(qsizetype limitBytes, bool firstLineOnly)
{
    QFile in;
    if (!in.open(stdin, QIODevice::ReadOnly))
        return failure(400, "no_input", "Standard input cannot be read.");
    QByteArray bytes;
    while (bytes.size() <= limitBytes) {
        const QByteArray more = firstLineOnly ? in.readLine(limitBytes + 2) : in.read(limitBytes + 1);
        if (more.isEmpty())
            break;
        bytes += more;
        if (firstLineOnly && bytes.endsWith('\n'))
            break;
    }
    if (firstLineOnly) {
        if (bytes.endsWith('\n'))
            bytes.chop(1);
        if (bytes.endsWith('\r'))
            bytes.chop(1);
    }
    if (bytes.size() > limitBytes)
        return failure(400, "too_long", "What stands on standard input is too long.");
    return bytes;
}

Result<QString> asText(const Result<QByteArray>& bytes)
{
    if (!bytes)
        return tl::unexpected(bytes.error());
    QStringDecoder decode(QStringDecoder::Utf8);
    QString text = decode(*bytes);
    if (decode.hasError())
        return failure(400, "no_text", "What stands on standard input is no UTF-8 text.");
    return text;
}

} // namespace

bool print(QByteArrayView bytes)
{
    const auto size = static_cast<std::size_t>(bytes.size());
    return std::fwrite(bytes.data(), 1, size, stdout) == size && std::fflush(stdout) == 0;
}

bool printLine(QStringView line)
{
    return print(line.toUtf8() + '\n');
}

void complain(QStringView sentence)
{
    const QByteArray line = "belfry: " + escaped(sentence).toUtf8() + '\n';
    std::fwrite(line.data(), 1, static_cast<std::size_t>(line.size()), stderr);
    std::fflush(stderr);
}

void complain(const Error& error)
{
    complain(QString::fromStdString(error.message));
}

ExitCode failed(QStringView sentence)
{
    complain(sentence);
    return ExitCode::Failed;
}

ExitCode failed(const Error& error)
{
    complain(error);
    // Nobody said where the data directory is: that is for the caller to say.
    return error.status == 400 && error.code == "data_directory" ? ExitCode::Usage : ExitCode::Failed;
}

QString escaped(QStringView text, bool keepLines)
{
    QString out;
    out.reserve(text.size());
    for (const QChar unit : text) {
        const char16_t code = unit.unicode();
        const bool isKept = keepLines && (code == u'\n' || code == u'\t');
        if (isKept || (!isControl(code) && !isBidiControl(code)))
            out += unit;
        else if (code == u'\n')
            out += QStringLiteral("\\n");
        else if (code == u'\t')
            out += QStringLiteral("\\t");
        else if (code <= 0xFF)
            out += QStringLiteral("\\x%1").arg(code, 2, 16, QLatin1Char('0'));
        else
            out += QStringLiteral("\\u%1").arg(code, 4, 16, QLatin1Char('0'));
    }
    return out;
}

Result<QString> readLineFromStdin(qsizetype limitBytes)
{
    Result<QString> line = asText(readStdin(limitBytes, true));
    if (line && line->isEmpty())
        return failure(400, "no_input", "Standard input is empty where a line was expected.");
    return line;
}

Result<QString> readAllFromStdin(qsizetype limitBytes)
{
    return asText(readStdin(limitBytes, false));
}

Result<void> readStdinInto(const std::function<void(QByteArrayView)>& take)
{
    QFile in;
    if (!in.open(stdin, QIODevice::ReadOnly))
        return failure(400, "no_input", "Standard input cannot be read.");
    constexpr qint64 piece = 64 * 1024;
    for (QByteArray bytes = in.read(piece); !bytes.isEmpty(); bytes = in.read(piece))
        take(bytes);
    return {};
}

} // namespace belfry::cli
