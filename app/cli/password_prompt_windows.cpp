// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/password_prompt.h"

#include <windows.h>

#include <array>

namespace belfry::cli {

namespace {

DWORD modeOf(HANDLE console)
{
    DWORD mode = 0;
    return ::GetConsoleMode(console, &mode) != 0 ? mode : 0;
}

} // namespace

bool isAtTerminal()
{
    return modeOf(::GetStdHandle(STD_INPUT_HANDLE)) != 0;
}

Result<QString> askUnseen(const QString& question)
{
    const HANDLE in = ::GetStdHandle(STD_INPUT_HANDLE);
    const HANDLE out = ::GetStdHandle(STD_ERROR_HANDLE);
    const DWORD before = modeOf(in);
    ::WriteConsoleW(out, question.utf16(), static_cast<DWORD>(question.size()), nullptr, nullptr);
    ::SetConsoleMode(in, before & ~static_cast<DWORD>(ENABLE_ECHO_INPUT));
    std::array<wchar_t, 1024> line{};
    DWORD length = 0;
    const bool isRead = ::ReadConsoleW(in, line.data(), static_cast<DWORD>(line.size()), &length, nullptr) != 0;
    ::SetConsoleMode(in, before);
    ::WriteConsoleW(out, L"\n", 1, nullptr, nullptr);
    QString answer = QString::fromWCharArray(line.data(), static_cast<qsizetype>(length));
    line.fill(L'\0');
    while (answer.endsWith(u'\n') || answer.endsWith(u'\r'))
        answer.chop(1);
    if (!isRead || answer.isEmpty())
        return failure(400, "no_input", "No password was given.");
    return answer;
}

} // namespace belfry::cli
