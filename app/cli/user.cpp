// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/administer.h"
#include "app/cli/command.h"
#include "app/cli/password_prompt.h"
#include "app/cli/subcommands.h"

namespace belfry::cli {

namespace {

ExitCode add(const QStringList& arguments)
{
    const auto options = Options::parse(
        {.command = "user add",
         .operands = "NAME",
         .about = "Adds an account; prints it as JSON.",
         .options = {{.name = "role", .value = "ROLE", .help = "admin, sender or receiver", .isRequired = true},
                     passwordOption(),
                     dataOption()},
         .operandCount = 1},
        arguments);
    if (!options)
        return options.error();
    const QString role = options->value("role");
    if (!QStringList{QStringLiteral("admin"), QStringLiteral("sender"), QStringLiteral("receiver")}.contains(role))
        return options->usageError(QStringLiteral("--role must be admin, sender or receiver."));
    const auto password = newPassword(*options);
    if (!password)
        return password.error();
    return administer(*options, {{QStringLiteral("command"), QStringLiteral("user add")},
                                 {QStringLiteral("name"), options->operand(0)},
                                 {QStringLiteral("role"), role},
                                 {QStringLiteral("password"), *password}});
}

ExitCode list(const QStringList& arguments)
{
    const auto options = Options::parse(
        {.command = "user list", .operands = {}, .about = "Prints all accounts as JSON.", .options = {dataOption()}},
        arguments);
    if (!options)
        return options.error();
    return administer(*options, {{QStringLiteral("command"), QStringLiteral("user list")}});
}

ExitCode remove(const QStringList& arguments)
{
    const auto options =
        Options::parse({.command = "user remove",
                        .operands = "NAME",
                        .about = "Removes an account: its streams close, its tokens end. Prints it as JSON.",
                        .options = {dataOption()},
                        .operandCount = 1},
                       arguments);
    if (!options)
        return options.error();
    return administer(*options, {{QStringLiteral("command"), QStringLiteral("user remove")},
                                 {QStringLiteral("name"), options->operand(0)}});
}

ExitCode passwd(const QStringList& arguments)
{
    const auto options = Options::parse({.command = "user passwd",
                                         .operands = "NAME",
                                         .about = "Sets an account's password, which ends its sign-ins and tokens.",
                                         .options = {passwordOption(), dataOption()},
                                         .operandCount = 1},
                                        arguments);
    if (!options)
        return options.error();
    const auto password = newPassword(*options);
    if (!password)
        return password.error();
    return administer(*options, {{QStringLiteral("command"), QStringLiteral("user passwd")},
                                 {QStringLiteral("name"), options->operand(0)},
                                 {QStringLiteral("password"), *password}});
}

} // namespace

ExitCode runUser(const QStringList& arguments)
{
    return runSubcommand("user",
                         "Accounts of a server, by its data directory; works beside a running server and without one.",
                         {{"add", "adds an account", add},
                          {"list", "lists the accounts", list},
                          {"remove", "removes an account", remove},
                          {"passwd", "sets a password", passwd}},
                         arguments);
}

} // namespace belfry::cli
