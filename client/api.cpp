// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/api.h"

#include "client/api_answers.h"
#include "client/call.h"
#include "client/greeting.h"
#include "client/http_rules.h"
#include "client/words.h"

#include <QNetworkAccessManager>
#include <QUrlQuery>
#include <QUuid>

#include <boost/json/serialize.hpp>

namespace belfry::client {

namespace {

namespace json = boost::json;

constexpr std::size_t mostSessions = 100'000;

json::string jsonText(const QString& text)
{
    return json::string(text.toStdString());
}

QByteArray bytesOf(const json::object& object)
{
    return QByteArray::fromStdString(json::serialize(object));
}

json::array jsonIds(const std::vector<Seq>& ids)
{
    return json::array(ids.begin(), ids.end());
}

Result<void> readNothing(const CallAnswer&)
{
    return {};
}

QString keyOr(const QString& idempotencyKey)
{
    return idempotencyKey.isEmpty() ? QUuid::createUuid().toString(QUuid::WithoutBraces) : idempotencyKey;
}

} // namespace

class Api::Parts
{
public:
    Parts(Api* owner, QNetworkAccessManager* network, QUrl address)
        : m_owner(owner), m_network(network), m_address(std::move(address))
    {
    }

    CallRequest request(const QByteArray& verb, const QString& path) const
    {
        QUrl url = m_address;
        url.setPath(path);
        const bool isPlain = m_address.scheme() == QLatin1StringView("http") && !isLoopback(m_address);
        return CallRequest{verb, url, m_token, m_pin, std::nullopt, QString(), isPlain, m_silence};
    }

    /// Asks, and answers with what `read` makes of a 2xx.
    template <class T> void ask(CallRequest request, Result<T> (*read)(const CallAnswer&), Answer<T> answer)
    {
        auto* const call = new Call(
            m_network, std::move(request),
            [read, answer = std::move(answer)](Result<CallAnswer> came) {
                if (answer)
                    answer(came ? read(*came) : Result<T>(tl::unexpected(std::move(came.error()))));
            },
            m_owner);
        call->start();
    }

    /// A page, and those after it. The newest come first, so `next` goes down: a server that sends us round in circles
    /// is not followed.
    void askForSessions(std::vector<OpenSession> known, std::int64_t after, Answer<std::vector<OpenSession>> answer)
    {
        CallRequest page = request("GET", QStringLiteral("/api/auth/sessions/"));
        if (after > 0) {
            QUrlQuery query;
            query.addQueryItem(QStringLiteral("after"), QString::number(after));
            page.url.setQuery(query);
        }
        ask<SessionsAnswer>(std::move(page), readSessions,
                            [this, known = std::move(known), after, answer](Result<SessionsAnswer> came) mutable {
                                if (!came)
                                    return answer(tl::unexpected(std::move(came.error())));
                                known.insert(known.end(), came->sessions.begin(), came->sessions.end());
                                const bool goesOn = came->next > 0 && (after == 0 || came->next < after);
                                if (goesOn && known.size() < mostSessions)
                                    return askForSessions(std::move(known), came->next, answer);
                                answer(std::move(known));
                            });
    }

    Api* m_owner;
    QNetworkAccessManager* m_network;
    QUrl m_address;
    QString m_token;
    QString m_pin;
    ServerKind m_kind = ServerKind::Belfry;
    std::chrono::milliseconds m_silence{30'000};
};

Api::Api(QNetworkAccessManager* network, QUrl address, QObject* parent)
    : QObject(parent), m_parts(std::make_unique<Parts>(this, network, std::move(address)))
{
}

Api::~Api() = default;

void Api::setToken(const QString& token)
{
    m_parts->m_token = token;
}

void Api::setKind(ServerKind kind)
{
    m_parts->m_kind = kind;
}

void Api::setPin(const QString& pin)
{
    m_parts->m_pin = pin;
}

void Api::setSilence(std::chrono::milliseconds silence)
{
    m_parts->m_silence = silence;
}

QUrl Api::address() const
{
    return m_parts->m_address;
}

void Api::server(Answer<ServerCard> answer)
{
    CallRequest request = m_parts->request("GET", QStringLiteral("/api/server/"));
    request.token.clear(); // anyone may ask; who answers is not yet known
    m_parts->ask<ServerCard>(std::move(request), readServerCard, std::move(answer));
}

void Api::greet(Answer<Greeting> answer)
{
    CallRequest request = m_parts->request("GET", QStringLiteral("/api/server/"));
    request.token.clear();
    request.takesAnyAnswer = true;
    auto* const call = new Call(
        m_parts->m_network, std::move(request),
        [address = m_parts->m_address, answer = std::move(answer)](const Result<CallAnswer>& came) {
            if (answer)
                answer(readGreeting(came, address));
        },
        this);
    call->start();
}

void Api::signIn(const QString& name, const QString& password, const QString& device, Answer<SignIn> answer)
{
    CallRequest request = m_parts->request("POST", QStringLiteral("/api/auth/login/"));
    request.token.clear();
    json::object body{{"username", jsonText(name)}, {"password", jsonText(password)}};
    if (!device.isEmpty())
        body["device"] = jsonText(device);
    request.body = bytesOf(body);
    m_parts->ask<SignIn>(std::move(request), readSignIn, std::move(answer));
}

void Api::join(const QString& code, const QString& name, const QString& password, const QString& device,
               Answer<SignIn> answer)
{
    CallRequest request = m_parts->request("POST", QStringLiteral("/api/auth/join/"));
    request.token.clear();
    json::object body{{"code", jsonText(code)}, {"username", jsonText(name)}, {"password", jsonText(password)}};
    if (!device.isEmpty())
        body["device"] = jsonText(device);
    request.body = bytesOf(body);
    m_parts->ask<SignIn>(std::move(request), readSignIn, std::move(answer));
}

void Api::refresh(Answer<SignIn> answer)
{
    m_parts->ask<SignIn>(m_parts->request("POST", QStringLiteral("/api/auth/refresh/")), readSignIn, std::move(answer));
}

void Api::signOut(Answer<void> answer)
{
    m_parts->ask<void>(m_parts->request("POST", QStringLiteral("/api/auth/logout/")), readNothing, std::move(answer));
}

void Api::list(const ListRequest& asked, Answer<ListAnswer> answer)
{
    CallRequest request = m_parts->request("GET", QStringLiteral("/api/notifications/"));
    QUrlQuery query;
    if (asked.sinceId)
        query.addQueryItem(QStringLiteral("since_id"), QString::number(*asked.sinceId));
    if (asked.beforeId)
        query.addQueryItem(QStringLiteral("before_id"), QString::number(*asked.beforeId));
    query.addQueryItem(QStringLiteral("limit"), QString::number(asked.limit));
    if (asked.unreadOnly)
        query.addQueryItem(QStringLiteral("unread"), QStringLiteral("true"));
    request.url.setQuery(query);
    m_parts->ask<ListAnswer>(std::move(request), readList, std::move(answer));
}

void Api::sendTest(const QString& idempotencyKey, UserId self, Answer<SentAnswer> answer)
{
    if (m_parts->m_kind == ServerKind::Classic) {
        const json::object body{{"user_id", self},
                                {"title", jsonText(LinkWords::tr("Test"))},
                                {"message", jsonText(LinkWords::tr("It works!"))},
                                {"type", "info"}};
        return send(bytesOf(body), idempotencyKey, std::move(answer));
    }
    CallRequest request = m_parts->request("POST", QStringLiteral("/api/notifications/test/"));
    request.idempotencyKey = keyOr(idempotencyKey);
    m_parts->ask<SentAnswer>(std::move(request), readSent, std::move(answer));
}

void Api::send(const QByteArray& body, const QString& idempotencyKey, Answer<SentAnswer> answer)
{
    CallRequest request = m_parts->request("POST", QStringLiteral("/api/notifications/trigger/"));
    request.body = body;
    request.idempotencyKey = keyOr(idempotencyKey);
    // A backend of the older kind may say that it is sent in any words, or in none.
    const bool isClassic = m_parts->m_kind == ServerKind::Classic;
    m_parts->ask<SentAnswer>(std::move(request), isClassic ? readClassicSent : readSent, std::move(answer));
}

void Api::markRead(const ReadState& what, Answer<std::int64_t> answer)
{
    CallRequest request = m_parts->request("POST", QStringLiteral("/api/notifications/read/"));
    json::object body;
    if (what.upTo)
        body["up_to"] = *what.upTo;
    if (!what.ids.empty() || !what.upTo)
        body["ids"] = jsonIds(what.ids);
    request.body = bytesOf(body);
    m_parts->ask<std::int64_t>(std::move(request), readUnread, std::move(answer));
}

void Api::markUnread(const std::vector<Seq>& ids, Answer<std::int64_t> answer)
{
    CallRequest request = m_parts->request("POST", QStringLiteral("/api/notifications/unread/"));
    request.body = bytesOf(json::object{{"ids", jsonIds(ids)}});
    m_parts->ask<std::int64_t>(std::move(request), readUnread, std::move(answer));
}

void Api::acknowledge(Seq id, const QString& answerText, Answer<AckAnswer> answer)
{
    CallRequest request = m_parts->request("POST", QStringLiteral("/api/notifications/%1/ack/").arg(id));
    if (!answerText.isEmpty())
        request.body = bytesOf(json::object{{"answer", jsonText(answerText)}});
    m_parts->ask<AckAnswer>(std::move(request), readAck, std::move(answer));
}

void Api::sessions(Answer<std::vector<OpenSession>> answer)
{
    m_parts->askForSessions({}, 0, std::move(answer));
}

void Api::endSession(std::int64_t id, Answer<void> answer)
{
    m_parts->ask<void>(m_parts->request("DELETE", QStringLiteral("/api/auth/sessions/%1/").arg(id)), readNothing,
                       std::move(answer));
}

void Api::changePassword(const QString& earlier, const QString& password, Answer<void> answer)
{
    CallRequest request = m_parts->request("PATCH", QStringLiteral("/api/me/"));
    request.body = bytesOf(json::object{{"old_password", jsonText(earlier)}, {"password", jsonText(password)}});
    m_parts->ask<void>(std::move(request), readNothing, std::move(answer));
}

void Api::makeInvite(Role role, Answer<Invite> answer)
{
    CallRequest request = m_parts->request("POST", QStringLiteral("/api/invites/"));
    request.body = bytesOf(json::object{{"role", json::string(toString(role))}});
    m_parts->ask<Invite>(std::move(request), readInvite, std::move(answer));
}

void Api::invites(Answer<std::vector<Invite>> answer)
{
    m_parts->ask<std::vector<Invite>>(m_parts->request("GET", QStringLiteral("/api/invites/")), readInvites,
                                      std::move(answer));
}

void Api::removeInvite(std::int64_t id, Answer<void> answer)
{
    m_parts->ask<void>(m_parts->request("DELETE", QStringLiteral("/api/invites/%1/").arg(id)), readNothing,
                       std::move(answer));
}

} // namespace belfry::client
