// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/password_prompt.h"

#include <QScopeGuard>

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <string>
#include <string_view>

namespace belfry::cli {

namespace {

constexpr std::size_t longest = 8 * 1024;

void write(int terminal, std::string_view text)
{
    [[maybe_unused]] const auto written = ::write(terminal, text.data(), text.size());
}

/// Takes the last character away, all its bytes.
void backspace(std::string& line)
{
    while (!line.empty() && (static_cast<unsigned char>(line.back()) & 0xC0U) == 0x80U)
        line.pop_back();
    if (!line.empty())
        line.pop_back();
}

} // namespace

bool isAtTerminal()
{
    return ::isatty(STDIN_FILENO) == 1;
}

Result<QString> askUnseen(const QString& question)
{
    const auto brokenOff = failure(400, "no_input", "No password was given.");
    const int terminal = ::open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (terminal < 0)
        return failure(400, "no_input", "There is no terminal to ask for a password: say --password-stdin.");
    termios before{};
    if (::tcgetattr(terminal, &before) != 0) {
        ::close(terminal);
        return brokenOff;
    }
    // Keys come singly and make no signals: nothing leaves the terminal without its echo.
    termios unseen = before;
    unseen.c_lflag &= ~static_cast<tcflag_t>(ECHO | ICANON | ISIG);
    unseen.c_cc[VMIN] = 1;
    unseen.c_cc[VTIME] = 0;
    ::tcsetattr(terminal, TCSAFLUSH, &unseen);
    const auto restored = qScopeGuard([terminal, &before] {
        ::tcsetattr(terminal, TCSAFLUSH, &before);
        write(terminal, "\n");
        ::close(terminal);
    });
    write(terminal, question.toStdString());
    std::string line;
    char key = 0;
    while (::read(terminal, &key, 1) == 1) {
        const auto is = [key, &before](int which) { return static_cast<cc_t>(key) == before.c_cc[which]; };
        if (key == '\r' || key == '\n') {
            QString answer = QString::fromStdString(line);
            line.assign(line.size(), '\0');
            if (answer.isEmpty())
                return brokenOff;
            return answer;
        }
        if (is(VINTR) || is(VQUIT) || is(VEOF) || line.size() >= longest)
            return brokenOff;
        if (is(VERASE) || key == '\b')
            backspace(line);
        else if (is(VKILL))
            line.clear();
        else
            line += key;
    }
    return brokenOff;
}

} // namespace belfry::cli
