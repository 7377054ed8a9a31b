// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/json.h"
#include "server/api/call.h"
#include "server/api/members.h"
#include "server/api/password_check.h"
#include "server/api/session_answer.h"
#include "server/auth/opaque_string.h"

namespace belfry::server {

namespace {

struct Attempt
{
    std::string username;
    std::string password;
    std::string device;
};

Result<Attempt> readAttempt(const std::string& body)
{
    const auto object = parseJsonObject(body);
    if (!object)
        return tl::unexpected(object.error());
    auto username = readString(*object, "username");
    if (!username)
        return tl::unexpected(username.error());
    // Composed, as names are kept: one of 64 letters may be typed as more.
    if (username->empty() || codePoints(opaqueForm(*username)) > limits::userName)
        return invalidMember("username", "username must have 1 to 64 characters.");
    auto password = readString(*object, "password");
    if (!password)
        return tl::unexpected(password.error());
    if (isTooLong(*password))
        return invalidMember("password", "password can have at most 1,000 characters.");
    auto device = readText(*object, "device", 0, limits::deviceName, "");
    if (!device)
        return tl::unexpected(device.error());
    if (device->find_first_of("\n\t") != std::string::npos)
        return invalidMember("device", "device must be a name on one line.");
    return Attempt{std::move(*username), std::move(*password), std::move(*device)};
}

/// The password was right for the account as it was then: a session under that generation, which the store refuses
/// where the password was changed meanwhile.
void startSession(const CallPtr& call, const Account& account, const std::string& device)
{
    const Time expiresAt = call->api.tokens.expiryAfter(sessionTime);
    call->api.store.startSession(account.id, account.generation,
                                 {device, call->api.proxies.addressOf(call->request.head)}, expiresAt,
                                 replyTo<SessionRecord>(call, [call, account, expiresAt](const SessionRecord& session) {
                                     answerWithToken(call, 200, account, session.id, account.generation, expiresAt);
                                 }));
}

} // namespace

void answerWithToken(const CallPtr& call, int status, const Account& account, std::uint64_t session,
                     std::uint64_t generation, Time expiresAt)
{
    const auto made = call->api.tokens.makeSessionToken(account, session, generation, expiresAt);
    if (!made)
        return call->refuse(made.error());
    Response response = Response::json(
        status, "{\"token\":" + jsonString(made->token) + ",\"expires_at\":" + jsonString(formatTime(expiresAt)) +
                    ",\"user\":{\"id\":" + std::to_string(account.id) + ",\"name\":" + jsonString(account.name) +
                    ",\"role\":" + jsonString(toString(account.role)) + "}}");
    response.fields.emplace_back("Cache-Control", "no-store");
    call->answer(std::move(response));
}

void logIn(const CallPtr& call)
{
    auto attempt = readAttempt(call->request.body);
    if (!attempt)
        return call->refuse(attempt.error());
    checkPassword(call,
                  {attempt->username,
                   std::move(attempt->password),
                   {401, "wrong_credentials", "The name or the password is wrong.", {}, 0},
                   "sign_in.failed"},
                  [call, device = std::move(attempt->device)](const Account& account) {
                      call->goHome([call, device, account] { startSession(call, account, device); });
                  });
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
            answerWithToken(call, 200, account, call->credential.tokenId, call->credential.generation, expiresAt);
        }));
}

void logOut(const CallPtr& call)
{
    call->api.store.endSession(call->credential,
                               replyTo<Done>(call, [call](Done) { call->answer(Response::empty(204)); }));
}

} // namespace belfry::server
