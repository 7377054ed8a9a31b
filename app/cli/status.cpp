// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/cli/server_calls.h"
#include "app/cli/terminal.h"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

namespace belfry::cli {

namespace {

namespace json = boost::json;

/// What is told of the server before anybody signs in to it.
QStringList serverLines(const QUrl& address, const json::object& card)
{
    QStringList features;
    if (const json::value* const list = card.if_contains("features"); list != nullptr && list->is_array()) {
        for (const json::value& feature : list->get_array()) {
            if (feature.is_string())
                features += QString::fromStdString(std::string(feature.get_string()));
        }
    }
    return {QStringLiteral("Server:    %1, at %2").arg(textOf(card, "name"), address.toString()),
            QStringLiteral("Version:   %1").arg(textOf(card, "version")),
            QStringLiteral("Features:  %1").arg(features.isEmpty() ? QStringLiteral("none") : features.join(u' '))};
}

class Status
{
public:
    explicit Status(const Options& options, QUrl server)
        : m_options(options), m_calls(options), m_server(std::move(server))
    {
    }

    ExitCode run()
    {
        return runUntilEnd(&m_calls, [this] {
            // Anybody may ask who it is.
            const Access nobody{m_server, pinFor(m_options, m_server), {}};
            m_calls.ask(nobody, "GET", QStringLiteral("/api/server/"), {}, [this](const json::object& card) {
                m_card = card;
                if (!m_options.has("json")) {
                    for (const QString& line : serverLines(m_server, m_card)) {
                        if (!printLine(escaped(line)))
                            return ServerCalls::end(ExitCode::Failed);
                    }
                }
                m_calls.signedIn([this](const Access& access) { askWhoIAm(access); });
            });
        });
    }

private:
    void askWhoIAm(const Access& access)
    {
        m_calls.ask(access, "GET", QStringLiteral("/api/me/"), {}, [this, access](const json::object& me) {
            QUrlQuery query;
            query.addQueryItem(QStringLiteral("limit"), QStringLiteral("1"));
            m_calls.ask(access, "GET", QStringLiteral("/api/notifications/"), query,
                        [this, me](const json::object& list) { say(me, numberOf(list, "unread")); });
        });
    }

    void say(const json::object& me, std::int64_t unread)
    {
        QByteArray text;
        if (m_options.has("json")) {
            const json::object all{
                {"address", m_server.toString().toStdString()}, {"server", m_card}, {"me", me}, {"unread", unread}};
            text = QByteArray::fromStdString(json::serialize(all)) + '\n';
        } else {
            text = escaped(QStringLiteral("Signed in: %1 (%2), id %3")
                               .arg(textOf(me, "name"), textOf(me, "role"))
                               .arg(numberOf(me, "id")))
                       .toUtf8() +
                   "\nUnread:    " + QByteArray::number(qlonglong(unread)) + '\n';
        }
        ServerCalls::end(print(text) ? ExitCode::Done : ExitCode::Failed);
    }

    const Options& m_options;
    ServerCalls m_calls;
    QUrl m_server;
    json::object m_card;
};

} // namespace

ExitCode runStatus(const QStringList& arguments)
{
    const auto options = Options::parse(
        {.command = "status",
         .operands = {},
         .about = "Says whether the server is there, which one it is, who you are there, and how much is unread.\n"
                  "Ends with 5 where it cannot be reached, with 6 where you are not signed in.",
         .options = {serverOption(),
                     tokenFileOption(),
                     plainHttpOption(),
                     pinOption(),
                     {.name = "json", .value = {}, .help = "Print it as one JSON object"}}},
        arguments);
    if (!options)
        return options.error();
    const Result<QUrl> server = serverFor(*options);
    if (!server)
        return options->usageError(QString::fromStdString(server.error().message));
    return Status(*options, *server).run();
}

} // namespace belfry::cli
