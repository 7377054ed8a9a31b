// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/json.h"
#include "server/api/call.h"
#include "server/api/members.h"
#include "server/log.h"

namespace belfry::server {

namespace {

struct Attempt
{
    std::string username;
    std::string password;
};

Result<Attempt> readAttempt(const std::string& body)
{
    const auto object = parseJsonObject(body);
    if (!object)
        return tl::unexpected(object.error());
    auto username = readString(*object, "username");
    if (!username)
        return tl::unexpected(username.error());
    if (username->empty() || codePoints(*username) > limits::userName)
        return invalidMember("username", "username must have 1 to 64 characters.");
    auto password = readString(*object, "password");
    if (!password)
        return tl::unexpected(password.error());
    if (codePoints(*password) > limits::passwordMax)
        return invalidMember("password", "password can have at most 1,000 characters.");
    if (isPresent(*object, "device"))
        return invalidMember("device", "This server does not keep the names of devices.");
    return Attempt{std::move(*username), std::move(*password)};
}

Error tooManyFailures(int seconds)
{
    return {429, "too_many_failures", "Too many failed sign-ins. Wait a moment before the next.", {}, seconds};
}

void answerWithToken(const CallPtr& call, const Account& account, std::uint64_t session, std::uint64_t generation,
                     Time expiresAt)
{
    const auto made = call->api.tokens.makeSessionToken(account, session, generation, expiresAt);
    if (!made)
        return call->refuse(made.error());
    Response response = Response::json(
        200, "{\"token\":" + quoted(made->token) + ",\"expires_at\":" + quoted(formatTime(expiresAt)) +
                 ",\"user\":{\"id\":" + std::to_string(account.id) + ",\"name\":" + quoted(account.name) +
                 ",\"role\":" + quoted(toString(account.role)) + "}}");
    response.fields.emplace_back("Cache-Control", "no-store");
    call->answer(std::move(response));
}

/// The password was right for the account as it was then: a session under that generation, which the store refuses
/// where the password was changed meanwhile.
void startSession(const CallPtr& call, const Account& account)
{
    const Time expiresAt = call->api.tokens.expiryAfter(sessionTime);
    call->api.store.startSession(account.id, account.generation, {}, expiresAt,
                                 replyTo<SessionRecord>(call, [call, account, expiresAt](const SessionRecord& session) {
                                     answerWithToken(call, account, session.id, account.generation, expiresAt);
                                 }));
}

void countRefusal(const CallPtr& call)
{
    ++call->api.counters.throttled;
    log(LogLevel::Info, "auth", "sign-in throttled", {{"request", std::to_string(call->request.head.requestId)}});
}

} // namespace

void logIn(const CallPtr& call)
{
    auto attempt = readAttempt(call->request.body);
    if (!attempt)
        return call->refuse(attempt.error());
    const std::string name = foldedUserName(attempt->username);
    const std::string address = call->api.proxies.addressOf(call->request.head);
    if (const auto wait = call->api.throttle.refusal(name, address)) {
        countRefusal(call);
        return call->refuse(tooManyFailures(*wait));
    }
    const auto submitted = call->api.pool.submit([call, name, address, attempt = std::move(*attempt)] {
        ApiParts& api = call->api;
        // Looked at again: others may have failed while this one waited for its turn.
        if (const auto wait = api.throttle.refusal(name, address)) {
            return call->goHome([call, wait] {
                countRefusal(call);
                call->refuse(tooManyFailures(*wait));
            });
        }
        const auto accounts = api.store.accounts();
        const Account* account = accounts->findByName(attempt.username);
        if (verifyPassword(account ? account->passwordHash : std::string(), attempt.password)) {
            api.throttle.succeeded(name, address);
            return call->goHome([call, account = *account] { startSession(call, account); });
        }
        const auto wait = api.throttle.failed(name, address);
        call->goHome([call, wait] {
            if (wait)
                ++call->api.counters.authFailures; // a 401 is counted where it is answered
            log(LogLevel::Info, "auth", "sign-in failed", {{"request", std::to_string(call->request.head.requestId)}});
            call->refuse(wait ? tooManyFailures(*wait)
                              : Error{401, "wrong_credentials", "The name or the password is wrong.", {}, 0});
        });
    });
    if (!submitted)
        call->refuse(submitted.error());
}

void refresh(const CallPtr& call)
{
    const auto accounts = call->api.store.accounts();
    const Account* account = accounts->find(call->credential.user);
    if (!account)
        return call->refuse({401, "invalid_token", "This account is no more.", {}, 0});
    const Time expiresAt = call->api.tokens.expiryAfter(sessionTime);
    call->api.store.extendSession(
        call->credential, expiresAt, replyTo<Done>(call, [call, account = *account, expiresAt](Done) {
            answerWithToken(call, account, call->credential.tokenId, call->credential.generation, expiresAt);
        }));
}

void logOut(const CallPtr& call)
{
    call->api.store.endSession(call->credential,
                               replyTo<Done>(call, [call](Done) { call->answer(Response::empty(204)); }));
}

} // namespace belfry::server
