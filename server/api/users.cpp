// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/json.h"
#include "server/api/call.h"
#include "server/api/members.h"
#include "server/api/queries.h"

#include <algorithm>

namespace belfry::server {

namespace {

tl::unexpected<Error> noSuchUser()
{
    return failure(404, "not_found", "There is no such person.");
}

std::string userBody(const Account& account)
{
    return "{\"id\":" + std::to_string(account.id) + ",\"name\":" + jsonString(account.name) +
           ",\"role\":" + jsonString(toString(account.role)) +
           ",\"created_at\":" + jsonString(formatTime(account.createdAt)) + "}";
}

/// What a body says of a person; members that are absent stay empty.
struct UserMembers
{
    std::optional<std::string> name, password;
    std::optional<Role> role;
};

Result<UserMembers> readMembers(const std::string& body)
{
    const auto object = parseJsonObject(body);
    if (!object)
        return tl::unexpected(object.error());
    UserMembers members;
    if (isPresent(*object, "name")) {
        auto name = readString(*object, "name");
        if (name)
            name = validUserName(*name);
        if (!name)
            return tl::unexpected(name.error());
        members.name = std::move(*name);
    }
    if (isPresent(*object, "password")) {
        auto password = readString(*object, "password");
        if (!password)
            return tl::unexpected(password.error());
        if (const auto valid = validPassword(*password); !valid)
            return tl::unexpected(valid.error());
        members.password = std::move(*password);
    }
    if (isPresent(*object, "role")) {
        const auto role = readString(*object, "role");
        if (!role)
            return tl::unexpected(role.error());
        members.role = roleFromString(*role);
        if (!members.role)
            return invalidMember("role", "role must be admin, sender or receiver.");
    }
    return members;
}

Result<UserMembers> readNewUser(const std::string& body)
{
    auto members = readMembers(body);
    if (!members)
        return members;
    if (!members->name)
        return invalidMember("name", "name is missing.");
    if (!members->password)
        return invalidMember("password", "password is missing.");
    if (!members->role)
        return invalidMember("role", "role is missing.");
    return members;
}

/// Hashes on the pool, then goes on at home with the hash.
void withHash(const CallPtr& call, std::string password, std::function<void(std::string)> then)
{
    const auto submitted = call->api.pool.submit([call, password = std::move(password), then = std::move(then)] {
        auto hash = hashPassword(password);
        call->goHome([call, then, hash = std::move(hash)] {
            if (hash)
                then(*hash);
            else
                call->refuse(hash.error());
        });
    });
    if (!submitted)
        call->refuse(submitted.error());
}

} // namespace

void listUsers(const CallPtr& call)
{
    const auto query = readPageQuery(call->request.head);
    if (!query)
        return call->refuse(query.error());
    const auto accounts = call->api.store.accounts();
    const auto limit = static_cast<std::size_t>(query->limit);
    std::vector<const Account*> page = accounts->page(query->after, limit + 1);
    const bool isLast = page.size() <= limit;
    page.resize(std::min(page.size(), limit));
    std::string body = "{\"users\":[";
    for (const Account* account : page) {
        if (body.back() != '[')
            body.push_back(',');
        body += userBody(*account);
    }
    call->answerJson(200, body + (isLast ? "]}" : "],\"next\":" + std::to_string(page.back()->id) + "}"));
}

void createUser(const CallPtr& call)
{
    auto members = readNewUser(call->request.body);
    if (!members)
        return call->refuse(members.error());
    if (call->api.store.accounts()->findByName(*members->name))
        return call->refuse({409, "name_taken", "Somebody goes by this name already.", "name", 0});
    withHash(call, *members->password, [call, name = *members->name, role = *members->role](std::string hash) {
        call->api.store.createUser(
            call->credential, name, std::move(hash), role, replyTo<Account>(call, [call](const Account& account) {
                Response response = Response::json(201, userBody(account));
                response.fields.emplace_back("Location", "/api/users/" + std::to_string(account.id) + "/");
                call->answer(std::move(response));
            }));
    });
}

void showUser(const CallPtr& call)
{
    const auto accounts = call->api.store.accounts();
    const Account* account = accounts->find(call->id);
    if (!account)
        return call->refuse(noSuchUser().value());
    call->answerJson(200, userBody(*account));
}

void patchUser(const CallPtr& call)
{
    auto members = readMembers(call->request.body);
    if (!members)
        return call->refuse(members.error());
    if (!call->api.store.accounts()->find(call->id))
        return call->refuse(noSuchUser().value());
    const auto apply = [call, name = members->name, role = members->role](std::optional<std::string> hash) {
        call->api.store.patchUser(
            call->credential, call->id, {name, std::move(hash), role},
            replyTo<Account>(call, [call](const Account& account) { call->answerJson(200, userBody(account)); }));
    };
    if (members->password)
        withHash(call, std::move(*members->password), [apply](std::string hash) { apply(std::move(hash)); });
    else
        apply(std::nullopt);
}

void deleteUser(const CallPtr& call)
{
    call->api.store.deleteUser(call->credential, call->id,
                               replyTo<Done>(call, [call](Done) { call->answer(Response::empty(204)); }));
}

} // namespace belfry::server
