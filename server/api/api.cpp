// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/api/api.h"

#include "server/api/call.h"
#include "server/api/gate.h"
#include "server/api/nesting.h"
#include "server/log.h"

namespace belfry::server {

class Api::Parts : public ApiParts
{
};

namespace {

void perform(const CallPtr& call)
{
    switch (call->operation) {
    case Operation::LogIn:
        return logIn(call);
    case Operation::Join:
        return join(call);
    case Operation::Refresh:
        return refresh(call);
    case Operation::LogOut:
        return logOut(call);
    case Operation::ListSessions:
        return listSessions(call);
    case Operation::EndSession:
        return endSession(call);
    case Operation::ShowMe:
        return showMe(call);
    case Operation::ChangeMe:
        return changeMe(call);
    case Operation::Stream:
        return openStream(call);
    case Operation::Trigger:
        return trigger(call);
    case Operation::List:
        return list(call);
    case Operation::Test:
        return sendTest(call);
    case Operation::MarkRead:
        return markRead(call);
    case Operation::MarkUnread:
        return markUnread(call);
    case Operation::Acknowledge:
        return acknowledge(call);
    case Operation::Retract:
        return retract(call);
    case Operation::ListUsers:
        return listUsers(call);
    case Operation::CreateUser:
        return createUser(call);
    case Operation::ShowUser:
        return showUser(call);
    case Operation::PatchUser:
        return patchUser(call);
    case Operation::DeleteUser:
        return deleteUser(call);
    case Operation::ListInvites:
        return listInvites(call);
    case Operation::CreateInvite:
        return createInvite(call);
    case Operation::DeleteInvite:
        return deleteInvite(call);
    case Operation::ShowAudit:
        return showAudit(call);
    case Operation::ShowServer:
        return showServer(call);
    case Operation::Health:
        return call->answer(health(call->api));
    case Operation::Metrics:
        return showMetrics(call);
    }
}

} // namespace

Response dressed(ApiParts& api, const RequestHead& head, Response response)
{
    for (auto& field : api.cors.fields(head))
        response.fields.push_back(std::move(field));
    if (response.status == 401)
        ++api.counters.authFailures;
    return response;
}

void Call::answer(Response response) const
{
    exchange->answer(dressed(api, request.head, std::move(response)));
}

Api::Api(ApiSettings settings, Store& store, Hub& hub, const Tokens& tokens, PasswordPool& pool, Throttle& throttle,
         const Clock& clock)
{
    Cors cors(settings.corsOrigins);
    HostNames hosts(settings.hosts);
    const TrustedProxies& proxies = *settings.trustedProxies;
    const ServerLimits limits = settings.limits;
    m_parts.reset(new Parts{{std::move(settings),
                             store,
                             hub,
                             tokens,
                             pool,
                             throttle,
                             clock,
                             std::move(cors),
                             std::move(hosts),
                             proxies,
                             ProxyHint(clock),
                             {limits.requestsPerAddress, clock},
                             {limits.publishesPerSender, clock},
                             {limits.statesPerMinute, limits.statesAtOnce, clock},
                             {limits.streams, limits.streamsPerUser}}});
}

Api::~Api() = default;

void Api::setState(State state)
{
    m_parts->state = state;
}

void Api::setPulse(std::function<bool()> isAlive)
{
    m_parts->isAlive = std::move(isAlive);
}

void Api::setNetworkFigures(std::function<NetworkFigures()> figures)
{
    m_parts->networkFigures = std::move(figures);
}

void Api::setExpiryFigures(std::function<ExpiryFigures()> figures)
{
    m_parts->expiryFigures = std::move(figures);
}

HeadVerdict Api::judgeHead(const RequestHead& head)
{
    if (!m_parts->requestRate.isOff()) {
        if (const auto wait = m_parts->requestRate.take(countedAddress(m_parts->proxies.addressOf(head))))
            return {dressed(*m_parts, head,
                            Response::error({429,
                                             "too_many_requests",
                                             "Too many requests from this address. Wait a moment before the next.",
                                             {},
                                             *wait})),
                    false};
    }
    auto judgement = judge(*m_parts, head);
    HeadVerdict verdict{std::nullopt, judgement.isSignedIn};
    if (judgement.answer)
        verdict.refusal = dressed(*m_parts, head, std::move(*judgement.answer));
    return verdict;
}

void Api::handle(Request request, ExchangePtr exchange)
{
    const auto call = std::make_shared<Call>(*m_parts, std::move(request), std::move(exchange));
    auto judgement = judge(*m_parts, call->request.head);
    if (judgement.answer)
        return call->answer(std::move(*judgement.answer));
    const std::size_t depth = m_parts->settings.limits.jsonDepth;
    if (depth < limits::jsonDepth && nestingOf(call->request.body) > depth)
        return call->refuse({400,
                             "malformed_json",
                             "The body is not taken: it is nested more than " + std::to_string(depth) + " deep.",
                             {},
                             0});
    call->operation = judgement.endpoint->operation;
    call->id = judgement.id;
    call->credential = judgement.credential;
    call->role = judgement.role;
    m_parts->store.noteUse(call->credential);
    if (!judgement.nameOfStranger)
        return perform(call);
    m_parts->store.ensureExternal(call->credential.user, *judgement.nameOfStranger, call->role,
                                  replyTo<Account>(call, [call](const Account&) { perform(call); }));
}

std::vector<std::pair<std::string, std::string>> Api::fieldsForErrors(const RequestHead& head)
{
    return m_parts->cors.fields(head);
}

void Api::finished(const RequestHead& head, int status, std::size_t bytes)
{
    m_parts->counters.answered(status);
    if (!isLogged(LogLevel::Debug))
        return;
    // What somebody made up is not repeated: a token may have slipped into it.
    log(LogLevel::Debug, "http", "answered",
        {{"request", std::to_string(head.requestId)},
         {"method", isKnownMethod(head.method) ? head.method : "-"},
         {"path", placeAt(head.path).exists() ? head.path : "-"},
         {"status", std::to_string(status)},
         {"bytes", std::to_string(bytes)}});
}

} // namespace belfry::server
