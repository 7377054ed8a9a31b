// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/access.h"
#include "app/cli/terminal.h"
#include "client/api.h"
#include "protocol/json.h"

#include <QCoreApplication>
#include <QNetworkAccessManager>

#include <boost/json/serialize.hpp>

#include <algorithm>

namespace belfry::cli {

namespace {

namespace json = boost::json;

Usage usage()
{
    return {.command = "send",
            .operands = {},
            .about = "Sends a notification and prints the server's answer.",
            .options = {
                serverOption(),
                tokenFileOption(),
                plainHttpOption(),
                pinOption(),
                {.name = "to",
                 .value = "WHOM",
                 .help = "A name, an id (digits), all, or group:GROUP",
                 .isRepeatable = true,
                 .isRequired = true},
                {.name = "title", .value = "TEXT", .help = "What it is about", .isRequired = true},
                {.name = "message", .value = "TEXT", .help = "The text; - reads it from standard input"},
                {.name = "type", .value = "TYPE", .help = "info, success, warning or error"},
                {.name = "priority", .value = "PRIORITY", .help = "low, normal, high or critical"},
                {.name = "category", .value = "TEXT", .help = "What recipients filter by"},
                {.name = "url", .value = "URL", .help = "A link, opened by its button"},
                {.name = "key", .value = "TEXT", .help = "A later one with the same key takes its place"},
                {.name = "require-ack", .value = {}, .help = "Ask each recipient to confirm"},
                {.name = "answer", .value = "TEXT", .help = "A button to answer with", .isRepeatable = true},
                {.name = "expires-at", .value = "TIME", .help = "Not delivered after that (RFC 3339)"},
                {.name = "data", .value = "JSON", .help = "An object for programs"},
                {.name = "idempotency-key", .value = "TEXT", .help = "Sent twice with the same key, it arrives once"}}};
}

bool isDigits(const QString& text)
{
    return !text.isEmpty() && std::all_of(text.begin(), text.end(), [](QChar c) { return c >= u'0' && c <= u'9'; });
}

/// Adds who it is for. Nothing, or what is wrong with it.
QString addAudience(json::object& body, const QStringList& to)
{
    const QString group = QStringLiteral("group:");
    const auto isSpecial = [&group](const QString& whom) {
        return whom == QLatin1StringView("all") || whom.startsWith(group);
    };
    if (to.size() == 1 && to[0] == QLatin1StringView("all")) {
        body["user_id"] = "all";
    } else if (to.size() == 1 && to[0].startsWith(group)) {
        body["group"] = to[0].mid(group.size()).toStdString();
    } else if (std::any_of(to.begin(), to.end(), isSpecial)) {
        return QStringLiteral("--to all and --to group: stand alone");
    } else if (std::all_of(to.begin(), to.end(), isDigits)) {
        json::array ids;
        for (const QString& id : to) {
            bool fits = false;
            ids.push_back(id.toLongLong(&fits));
            if (!fits)
                return QStringLiteral("--to %1 is no id").arg(id);
        }
        body["user_id"] = ids.size() == 1 ? ids[0] : json::value(ids);
    } else if (std::none_of(to.begin(), to.end(), isDigits)) {
        json::array names;
        for (const QString& name : to)
            names.push_back(json::string(name.toStdString()));
        body["user"] = names.size() == 1 ? names[0] : json::value(names);
    } else {
        return QStringLiteral("--to takes ids or names, not both at once");
    }
    return {};
}

/// The trigger's JSON, or the code to end with; what is wrong has been said.
tl::expected<QByteArray, ExitCode> bodyOf(const Options& options)
{
    json::object body;
    if (const QString wrong = addAudience(body, options.values("to")); !wrong.isEmpty())
        return tl::unexpected(options.usageError(wrong));
    const std::string type = options.value("type", QStringLiteral("info")).toStdString();
    if (!typeFromString(type))
        return tl::unexpected(options.usageError(QStringLiteral("--type is info, success, warning or error")));
    const std::string priority = options.value("priority", QStringLiteral("normal")).toStdString();
    if (!priorityFromString(priority))
        return tl::unexpected(options.usageError(QStringLiteral("--priority is low, normal, high or critical")));
    if (options.has("expires-at") && !parseTime(options.value("expires-at").toStdString()))
        return tl::unexpected(
            options.usageError(QStringLiteral("--expires-at needs a time like 2026-11-23T08:00:00Z")));

    body["title"] = options.value("title").toStdString();
    QString message = options.value("message");
    if (message == QLatin1StringView("-")) {
        const Result<QString> read = readAllFromStdin(static_cast<qsizetype>(limits::bodyBytes));
        if (!read)
            return tl::unexpected(failed(read.error()));
        message = *read;
        if (message.endsWith(u'\n'))
            message.chop(1); // the end of the last line, as every tool writes it
        if (message.endsWith(u'\r'))
            message.chop(1);
    }
    if (!message.isEmpty())
        body["message"] = message.toStdString();
    if (options.has("type"))
        body["type"] = type;
    if (options.has("priority"))
        body["priority"] = priority;
    if (options.has("category"))
        body["category"] = options.value("category").toStdString();
    if (options.has("url"))
        body["url"] = options.value("url").toStdString();
    if (options.has("key"))
        body["key"] = options.value("key").toStdString();
    if (options.has("expires-at"))
        body["expires_at"] = options.value("expires-at").toStdString();
    if (options.has("require-ack"))
        body["require_ack"] = true;
    if (options.has("answer")) {
        json::array answers;
        for (const QString& answer : options.values("answer"))
            answers.push_back(json::string(answer.toStdString()));
        body["answers"] = answers;
    }
    if (options.has("data")) {
        const Result<json::object> data = parseJsonObject(options.value("data").toStdString());
        if (!data)
            return tl::unexpected(options.usageError(QStringLiteral("--data needs a JSON object")));
        body["data"] = *data;
    }
    return QByteArray::fromStdString(json::serialize(body));
}

class Sending : public QObject
{
public:
    Sending(const Options& options, QByteArray body) : m_options(options), m_body(std::move(body)) {}

    void start()
    {
        findAccess(m_options, this, [this](const Result<Access>& access) {
            if (!access)
                return finish(failed(access.error()));
            m_api = std::make_unique<client::Api>(&m_network, access->server);
            m_api->setPin(access->pin);
            m_api->setToken(access->token);
            m_api->send(m_body, m_options.value("idempotency-key"), [this](const Result<client::SentAnswer>& sent) {
                if (!sent)
                    return finish(failedCall(sent.error()));
                finish(print(sent->raw.trimmed() + '\n') ? ExitCode::Done : ExitCode::Failed);
            });
        });
    }

private:
    void finish(ExitCode code) { QCoreApplication::exit(static_cast<int>(code)); }

    const Options& m_options;
    QByteArray m_body;
    QNetworkAccessManager m_network;
    std::unique_ptr<client::Api> m_api;
};

} // namespace

ExitCode runSend(const QStringList& arguments)
{
    const auto options = Options::parse(usage(), arguments);
    if (!options)
        return options.error();
    if (const Result<QUrl> server = serverFor(*options); !server)
        return options->usageError(QString::fromStdString(server.error().message));
    const QString key = options->value("idempotency-key");
    if (std::any_of(key.begin(), key.end(), [](QChar c) { return c < u' ' || c > u'~'; }))
        return options->usageError(QStringLiteral("--idempotency-key takes printable ASCII only"));
    auto body = bodyOf(*options);
    if (!body)
        return body.error();
    Sending sending(*options, std::move(*body));
    QMetaObject::invokeMethod(
        &sending, [&sending] { sending.start(); }, Qt::QueuedConnection);
    return static_cast<ExitCode>(QCoreApplication::exec());
}

} // namespace belfry::cli
