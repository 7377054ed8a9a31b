// SPDX-License-Identifier: GPL-3.0-or-later
// What is the same on every system; askUnseen() is in password_prompt_unix.cpp and password_prompt_windows.cpp.
#include "app/cli/password_prompt.h"

#include "app/cli/access.h"
#include "app/cli/terminal.h"

namespace belfry::cli {

Option passwordOption()
{
    return {.name = "password-stdin",
            .value = {},
            .help = "Read the password from standard input (at a terminal it is asked for)"};
}

namespace {

/// Says what is wrong with the call, or nothing.
std::optional<ExitCode> wrongCall(const Options& options)
{
    if (isAtTerminal() || options.has("password-stdin"))
        return std::nullopt;
    return options.usageError(QStringLiteral("--password-stdin is missing"));
}

Result<QString> readPassword()
{
    return isAtTerminal() ? askUnseen(QStringLiteral("Password: ")) : readLineFromStdin();
}

} // namespace

tl::expected<QString, ExitCode> knownPassword(const Options& options)
{
    if (const auto wrong = wrongCall(options))
        return tl::unexpected(*wrong);
    auto password = readPassword();
    if (!password)
        return tl::unexpected(failedCall(password.error()));
    return *password;
}

tl::expected<QString, ExitCode> newPassword(const Options& options)
{
    if (const auto wrong = wrongCall(options))
        return tl::unexpected(*wrong);
    auto password = readPassword();
    if (!password)
        return tl::unexpected(failed(password.error()));
    if (!isAtTerminal())
        return *password;
    const auto again = askUnseen(QStringLiteral("The same again: "));
    if (!again)
        return tl::unexpected(failed(again.error()));
    if (*again != *password) {
        complain(u"the two are not the same: nothing was changed.");
        return tl::unexpected(ExitCode::Usage);
    }
    return *password;
}

} // namespace belfry::cli
