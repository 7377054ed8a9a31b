// SPDX-License-Identifier: GPL-3.0-or-later
// Inviting somebody by a code, and joining with it.
#include "protocol/json.h"
#include "server/api/call.h"
#include "server/api/members.h"
#include "server/api/session_answer.h"
#include "server/auth/invite_code.h"
#include "server/log.h"

namespace belfry::server {

namespace {

/// What those who join are throttled by, each at their address; no name can be that.
constexpr std::string_view throttledAs = "\x01invite";
constexpr std::size_t longestCode = 100;

Result<Role> readRole(const std::string& body)
{
    if (body.empty())
        return Role::Receiver;
    const auto object = parseJsonObject(body);
    if (!object)
        return tl::unexpected(object.error());
    if (!isPresent(*object, "role"))
        return Role::Receiver;
    const auto text = readString(*object, "role");
    if (!text)
        return tl::unexpected(text.error());
    const auto role = roleFromString(*text);
    if (!role)
        return invalidMember("role", "role must be admin, sender or receiver.");
    return *role;
}

struct Wish
{
    Newcomer newcomer;
    std::string password;
};

Result<Wish> readWish(const std::string& body)
{
    const auto object = parseJsonObject(body);
    if (!object)
        return tl::unexpected(object.error());
    const auto code = readString(*object, "code");
    if (!code)
        return tl::unexpected(code.error());
    if (code->empty() || code->size() > longestCode)
        return invalidMember("code", "code must have 1 to 100 characters.");
    auto username = readString(*object, "username");
    if (!username)
        return tl::unexpected(username.error());
    auto name = validUserName(*username);
    if (!name)
        return invalidMember("username", name.error().message);
    auto password = readString(*object, "password");
    if (!password)
        return tl::unexpected(password.error());
    if (const auto valid = validPassword(*password); !valid)
        return tl::unexpected(valid.error());
    auto device = readText(*object, "device", 0, limits::deviceName, "");
    if (!device)
        return tl::unexpected(device.error());
    if (device->find_first_of("\n\t") != std::string::npos)
        return invalidMember("device", "device must be a name on one line.");
    Wish wish;
    wish.newcomer.codeHash = inviteCodeHash(*code);
    wish.newcomer.name = std::move(*name);
    wish.newcomer.place.device = std::move(*device);
    wish.password = std::move(*password);
    return wish;
}

void refuseGuess(const CallPtr& call, int seconds)
{
    ++call->api.counters.throttled;
    call->refuse({429, "too_many_failures", "Too many failed attempts. Wait a moment before the next.", {}, seconds});
}

/// Counts what was no invite; anything else (a name that is taken) is no guess.
void refuseToJoin(const CallPtr& call, const SignInAttempt& attempt, Error error)
{
    if (error.code == "name_taken")
        error.field = "username";
    if (error.status != 401)
        return call->refuse(error);
    const auto wait = call->api.throttle.failed(attempt);
    call->api.store.note({std::nullopt, "join.failed", {{"address", attempt.address}}});
    log(LogLevel::Info, "auth", "wrong invite", {{"request", std::to_string(call->request.head.requestId)}});
    if (!wait)
        return call->refuse(error);
    ++call->api.counters.authFailures;
    refuseGuess(call, *wait);
}

/// Like replyTo, for who is not in yet.
template <class T, class Then> Reply<T> replyToStranger(const CallPtr& call, const SignInAttempt& attempt, Then then)
{
    return Reply<T>{&call->exchange->home(), [call, attempt, then = std::move(then)](Result<T> result) mutable {
                        if (result)
                            then(std::move(*result));
                        else
                            refuseToJoin(call, attempt, std::move(result.error()));
                    }};
}

void enter(const CallPtr& call, const SignInAttempt& attempt, Newcomer newcomer)
{
    newcomer.sessionExpiresAt = call->api.tokens.expiryAfter(sessionTime);
    const Time expiresAt = newcomer.sessionExpiresAt;
    call->api.store.join(
        std::move(newcomer), replyToStranger<Joined>(call, attempt, [call, attempt, expiresAt](const Joined& joined) {
            call->api.throttle.succeeded(attempt);
            answerWithToken(call, 201, joined.account, joined.session.id, joined.account.generation, expiresAt);
        }));
}

std::string inviteMembers(const InviteRecord& invite)
{
    return "\"id\":" + std::to_string(invite.id()) + ",\"role\":" + jsonString(toString(invite.role)) +
           ",\"created_at\":" + jsonString(formatTime(invite.createdAt)) +
           ",\"expires_at\":" + jsonString(formatTime(invite.expiresAt));
}

} // namespace

void createInvite(const CallPtr& call)
{
    const auto role = readRole(call->request.body);
    if (!role)
        return call->refuse(role.error());
    const std::string code = makeInviteCode();
    call->api.store.createInvite(call->credential, inviteCodeHash(code), *role,
                                 replyTo<InviteRecord>(call, [call, code](const InviteRecord& invite) {
                                     call->answerJson(201, "{\"code\":" + jsonString(code) + "," +
                                                               inviteMembers(invite) + "}");
                                 }));
}

void listInvites(const CallPtr& call)
{
    call->api.store.invites(replyTo<std::vector<InviteRecord>>(call, [call](const std::vector<InviteRecord>& invites) {
        std::string body = "{\"invites\":[";
        for (const InviteRecord& invite : invites)
            body += (body.back() == '[' ? "{" : ",{") + inviteMembers(invite) + "}";
        call->answerJson(200, body + "]}");
    }));
}

void deleteInvite(const CallPtr& call)
{
    call->api.store.removeInvite(call->credential, call->id,
                                 replyTo<Done>(call, [call](Done) { call->answer(Response::empty(204)); }));
}

void join(const CallPtr& call)
{
    auto wish = readWish(call->request.body);
    if (!wish)
        return call->refuse(wish.error());
    // A code that is tried again and again is one guess, as a password is.
    SignInAttempt attempt{std::string(throttledAs), call->api.proxies.addressOf(call->request.head),
                          wish->newcomer.codeHash, 0};
    if (const auto wait = call->api.throttle.refusal(attempt))
        return refuseGuess(call, *wait);
    wish->newcomer.place.address = attempt.address;
    // The code first, by itself: who has none costs no hash and learns nothing of names.
    const std::string codeHash = wish->newcomer.codeHash;
    call->api.store.invite(
        codeHash,
        replyToStranger<InviteRecord>(
            call, attempt, [call, attempt, wish = std::move(*wish)](const InviteRecord&) mutable {
                const auto accounts = call->api.store.accounts();
                if (accounts->findByName(wish.newcomer.name))
                    return call->refuse({409, "name_taken", "Somebody goes by this name already.", "username", 0});
                const auto submitted = call->api.pool.submit([call, attempt, wish = std::move(wish)]() mutable {
                    auto hash = hashPassword(wish.password);
                    call->goHome(
                        [call, attempt, newcomer = std::move(wish.newcomer), hash = std::move(hash)]() mutable {
                            if (!hash)
                                return call->refuse(hash.error());
                            newcomer.passwordHash = std::move(*hash);
                            enter(call, attempt, std::move(newcomer));
                        });
                });
                if (!submitted)
                    call->refuse(submitted.error());
            }));
}

} // namespace belfry::server
