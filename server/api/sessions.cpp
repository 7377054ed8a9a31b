// SPDX-License-Identifier: GPL-3.0-or-later
// What people do about themselves: their sign-ins and their password.
#include "protocol/json.h"
#include "server/api/call.h"
#include "server/api/members.h"
#include "server/api/password_check.h"
#include "server/api/queries.h"

namespace belfry::server {

namespace {

struct NewPassword
{
    std::string earlier, password;
};

Result<NewPassword> readNewPassword(const std::string& body)
{
    const auto object = parseJsonObject(body);
    if (!object)
        return tl::unexpected(object.error());
    if (isPresent(*object, "preferences"))
        return invalidMember("preferences", "This server does not keep preferences.");
    auto earlier = readString(*object, "old_password");
    if (!earlier)
        return tl::unexpected(earlier.error());
    if (isTooLong(*earlier))
        return invalidMember("old_password", "old_password can have at most 1,000 characters.");
    auto password = readString(*object, "password");
    if (!password)
        return tl::unexpected(password.error());
    if (const auto valid = validPassword(*password); !valid)
        return tl::unexpected(valid.error());
    return NewPassword{std::move(*earlier), std::move(*password)};
}

} // namespace

void listSessions(const CallPtr& call)
{
    const auto query = readPageQuery(call->request.head);
    if (!query)
        return call->refuse(query.error());
    call->api.store.sessions(
        call->credential.user, {query->after, query->limit},
        replyTo<SessionPage>(call, [call](const SessionPage& page) {
            std::string body = "{\"sessions\":[";
            for (const SessionRecord& session : page.sessions) {
                const bool isCurrent =
                    call->credential.kind == TokenKind::SignIn && session.id == call->credential.tokenId;
                body += (body.back() == '[' ? "{\"id\":" : ",{\"id\":") + std::to_string(session.number()) +
                        ",\"device\":" + (session.device.empty() ? "null" : jsonString(session.device)) +
                        ",\"created_at\":" + jsonString(formatTime(session.createdAt)) +
                        ",\"last_used_at\":" + jsonString(formatTime(session.lastUsedAt)) +
                        ",\"current\":" + (isCurrent ? "true" : "false") + "}";
            }
            call->answerJson(200, body + (page.next ? "],\"next\":" + std::to_string(*page.next) + "}" : "]}"));
        }));
}

void endSession(const CallPtr& call)
{
    call->api.store.endOwnSession(call->credential, call->id,
                                  replyTo<Done>(call, [call](Done) { call->answer(Response::empty(204)); }));
}

void showMe(const CallPtr& call)
{
    const auto accounts = call->api.store.accounts();
    const Account* account = accounts->find(call->credential.user);
    if (!account)
        return call->refuse({401, "invalid_token", "This account is no more.", {}, 0});
    // Groups and preferences are there from the start, so that clients need no second way to read this.
    call->answerJson(200, "{\"id\":" + std::to_string(account->id) + ",\"name\":" + jsonString(account->name) +
                              ",\"role\":" + jsonString(toString(call->role)) + ",\"groups\":[],\"preferences\":{}}");
}

void changeMe(const CallPtr& call)
{
    auto wanted = readNewPassword(call->request.body);
    if (!wanted)
        return call->refuse(wanted.error());
    const auto accounts = call->api.store.accounts();
    const Account* account = accounts->find(call->credential.user);
    if (!account)
        return call->refuse({401, "invalid_token", "This account is no more.", {}, 0});
    checkPassword(call,
                  {account->name,
                   std::move(wanted->earlier),
                   {403, "wrong_password", "The old password is wrong.", "old_password", 0},
                   "password.refused"},
                  [call, password = std::move(wanted->password)](const Account& verified) {
                      auto hash = hashPassword(password);
                      call->goHome([call, generation = verified.generation, hash = std::move(hash)] {
                          if (!hash)
                              return call->refuse(hash.error());
                          call->api.store.changePassword(call->credential, generation, *hash,
                                                         replyTo<Done>(call, [call](Done) { showMe(call); }));
                      });
                  });
}

} // namespace belfry::server
