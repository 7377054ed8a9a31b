// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/administer.h"
#include "app/cli/command.h"
#include "app/cli/subcommands.h"

namespace belfry::cli {

namespace {

ExitCode create(const QStringList& arguments)
{
    const auto options = Options::parse(
        {.command = "token create",
         .operands = "NAME",
         .about = "Prints a token for an account, for scripts. Keep it in a file that only you can read.",
         .options = {{.name = "ttl",
                      .value = "TIME",
                      .help = "how long it holds: 30d, 12h, or seconds (default: 365d)"},
                     dataOption()},
         .operandCount = 1},
        arguments);
    if (!options)
        return options.error();
    const auto ttl = options->duration("ttl", std::chrono::days(100 * 365));
    if (!ttl)
        return ttl.error();
    QJsonObject command{{QStringLiteral("command"), QStringLiteral("token create")},
                        {QStringLiteral("name"), options->operand(0)}};
    if (*ttl)
        command.insert(QStringLiteral("ttl"), qint64(std::chrono::ceil<std::chrono::seconds>(**ttl).count()));
    return administer(*options, command);
}

ExitCode list(const QStringList& arguments)
{
    const auto options =
        Options::parse({.command = "token list",
                        .operands = "[NAME]",
                        .about = "Prints an account's tokens, or everybody's, as JSON: their ids and when they expire.",
                        .options = {dataOption()},
                        .optionalOperandCount = 1},
                       arguments);
    if (!options)
        return options.error();
    QJsonObject command{{QStringLiteral("command"), QStringLiteral("token list")}};
    if (options->operandCount() > 0)
        command.insert(QStringLiteral("name"), options->operand(0));
    return administer(*options, command);
}

ExitCode revoke(const QStringList& arguments)
{
    const auto options = Options::parse(
        {.command = "token revoke",
         .operands = "NAME",
         .about = "Ends one token of an account, or all of them and every sign-in; their streams close.",
         .options = {{.name = "jti", .value = "ID", .help = "only this one (and the session it belongs to)"},
                     dataOption()},
         .operandCount = 1},
        arguments);
    if (!options)
        return options.error();
    QJsonObject command{{QStringLiteral("command"), QStringLiteral("token revoke")},
                        {QStringLiteral("name"), options->operand(0)}};
    if (options->has("jti"))
        command.insert(QStringLiteral("jti"), options->value("jti"));
    return administer(*options, command);
}

} // namespace

ExitCode runToken(const QStringList& arguments)
{
    return runSubcommand("token", "Tokens of a server's accounts, by its data directory.",
                         {{"create", "prints a new token", create},
                          {"list", "lists tokens", list},
                          {"revoke", "ends one token, or all of a person's", revoke}},
                         arguments);
}

} // namespace belfry::cli
