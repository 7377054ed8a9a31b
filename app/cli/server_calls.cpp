// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/server_calls.h"

#include "client/http_rules.h"
#include "protocol/json.h"

#include <QCoreApplication>

namespace belfry::cli {

namespace json = boost::json;

void ServerCalls::signedIn(std::function<void(const Access&)> then)
{
    findAccess(m_options, this, [then = std::move(then)](const Result<Access>& access) {
        if (!access)
            return fail(access.error());
        then(*access);
    });
}

void ServerCalls::ask(const Access& access, const QByteArray& verb, const QString& path, const QUrlQuery& query,
                      std::function<void(const json::object&)> then)
{
    client::CallRequest request;
    request.verb = verb;
    request.url = access.server;
    request.url.setPath(path);
    request.url.setQuery(query);
    request.token = access.token;
    request.pin = access.pin;
    request.allowPlainHttp = access.server.scheme() == QLatin1StringView("http") && !client::isLoopback(access.server);
    auto* const call = new client::Call(
        &m_network, std::move(request),
        [then = std::move(then)](const Result<client::CallAnswer>& answer) {
            if (!answer)
                return fail(answer.error());
            if (answer->body.isEmpty())
                return then({});
            const auto object = parseServerObject(answer->body.toStdString());
            if (!object)
                return fail(
                    Error{0, "bad_answer", "What answers there is no Belfry server: check the address.", {}, 0});
            then(*object);
        },
        this);
    call->start();
}

void ServerCalls::end(ExitCode code)
{
    QCoreApplication::exit(static_cast<int>(code));
}

ExitCode runUntilEnd(QObject* context, const std::function<void()>& start)
{
    QMetaObject::invokeMethod(context, start, Qt::QueuedConnection);
    return static_cast<ExitCode>(QCoreApplication::exec());
}

QString textOf(const json::object& object, std::string_view member)
{
    const json::value* const value = object.if_contains(member);
    return value != nullptr && value->is_string() ? QString::fromStdString(std::string(value->get_string()))
                                                  : QString();
}

std::int64_t numberOf(const json::object& object, std::string_view member)
{
    const json::value* const value = object.if_contains(member);
    return value != nullptr && value->is_int64() ? value->get_int64() : 0;
}

} // namespace belfry::cli
