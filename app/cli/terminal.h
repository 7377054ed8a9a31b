// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/command.h"
#include "protocol/result.h"

#include <QByteArrayView>
#include <QString>

#include <functional>
#include <optional>

namespace belfry::cli {

/// Writes to stdout and flushes. False where it cannot be written (closed, disk full): the command has failed then.
[[nodiscard]] bool print(QByteArrayView bytes);
/// The same with a line's end.
[[nodiscard]] bool printLine(QStringView line);

/// One line on stderr, `belfry: SENTENCE`; control characters in it are escaped.
void complain(QStringView sentence);
void complain(const Error& error);
/// complain(), and Failed (Usage where nobody said where the data directory is): `return failed(…)`.
ExitCode failed(QStringView sentence);
ExitCode failed(const Error& error);

/// Text from outside, safe on a terminal: C0, C1, DEL, line separators and bidi controls as `\x1b`, `\u202e`; newline
/// and tab stay only with `keepLines`.
QString escaped(QStringView text, bool keepLines = false);

/// The first line of stdin without its end (a password); an Error where there is none, it is no UTF-8, or over
/// `limitBytes`.
Result<QString> readLineFromStdin(qsizetype limitBytes = 8 * 1024);
/// All of stdin; an Error where it is no UTF-8 or over `limitBytes`.
Result<QString> readAllFromStdin(qsizetype limitBytes);
/// All of stdin, in pieces, however much it is; an Error where there is none.
Result<void> readStdinInto(const std::function<void(QByteArrayView)>& take);

} // namespace belfry::cli
