// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/administer.h"
#include "app/cli/command.h"
#include "app/cli/terminal.h"
#include "protocol/json.h"
#include "protocol/time.h"
#include "server/control_client.h"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

namespace belfry::cli {

namespace {

namespace json = boost::json;

QString textOf(const json::value& value)
{
    const std::string text =
        value.is_string() ? std::string(value.get_string().data(), value.get_string().size()) : json::serialize(value);
    return escaped(QString::fromStdString(text));
}

/// `2026-11-23T08:00:00.000Z user.added by ann: user_id=7 name=zoe role=sender`
QString readableLine(const json::object& entry)
{
    QString line = textOf(entry.at("at")) + u' ' + textOf(entry.at("action"));
    const json::object& details = entry.at("details").as_object();
    if (const json::value* by = details.if_contains("by"))
        line += QStringLiteral(" by ") + textOf(*by);
    QString rest;
    for (const auto& [name, value] : details) {
        if (name != "by")
            rest += u' ' + QString::fromUtf8(name.data(), qsizetype(name.size())) + u'=' + textOf(value);
    }
    return rest.isEmpty() ? line : line + u':' + rest;
}

/// A page's lines on stdout. @return what asks for the next page; nothing after the last one
Result<std::optional<json::object>> printPage(const json::object& page, bool isJson)
{
    for (const json::value& entry : page.at("entries").as_array()) {
        const QString line = isJson ? QString::fromStdString(json::serialize(entry)) : readableLine(entry.as_object());
        if (!printLine(line))
            return failure(500, "stdout", "The output could not be written.");
    }
    const json::object* next = page.at("next").if_object();
    return next ? std::optional(*next) : std::nullopt;
}

} // namespace

ExitCode runAudit(const QStringList& arguments)
{
    const auto options = Options::parse(
        {.command = "audit",
         .operands = {},
         .about = "Prints who did what on the server, oldest first: sign-ins, what was sent, changes of accounts.",
         .options = {{.name = "json", .value = {}, .help = "one JSON object a line"},
                     {.name = "since", .value = "TIME", .help = "nothing earlier: 2026-11-23, or 2026-11-23T08:00:00Z"},
                     dataOption()}},
        arguments);
    if (!options)
        return options.error();
    json::object command{{"command", "audit"}};
    if (options->has("since")) {
        std::string since = options->value("since").toStdString();
        if (since.size() == 10)
            since += "T00:00:00Z";
        const auto time = parseTime(since);
        if (!time)
            return options->usageError(QStringLiteral("--since must be a day or a time like 2026-11-23T08:00:00Z."));
        command["since"] = formatTime(*time);
    }
    const std::string directory = dataDirectoryOf(*options);
    while (true) {
        const auto next =
            server::administer(directory, json::serialize(command))
                .and_then([](const std::string& output) { return parseJsonObject(output); })
                .and_then([&](const json::object& page) { return printPage(page, options->has("json")); });
        if (!next)
            return failed(next.error());
        if (!*next)
            return ExitCode::Done;
        for (const auto& [name, value] : **next)
            command[name] = value;
    }
}

} // namespace belfry::cli
