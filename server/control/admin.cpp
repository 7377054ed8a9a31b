// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/control/admin.h"

#include "protocol/json.h"
#include "server/auth/invite_code.h"
#include "server/auth/password.h"
#include "server/control/wait.h"
#include "server/net/tls_context.h"
#include "server/store/audit.h"

#include <limits>

namespace belfry::server {

namespace json = boost::json;

namespace {

// They fit the control socket's line.
constexpr int auditPage = 250;
constexpr int listPage = 1000;

/// @param owner  empty where it need not be said
std::string tokenJson(const TokenRecord& token, std::string_view owner)
{
    return (owner.empty() ? "{" : "{\"user\":" + jsonString(owner) + ",") + "\"jti\":" + jsonString(token.jti) +
           ",\"issued_at\":" + jsonString(formatTime(token.issuedAt)) +
           ",\"expires_at\":" + jsonString(formatTime(token.expiresAt)) + "}";
}

/// @param next  what asks for the page after this one, a JSON object; empty after the last one
template <class List, class ToJson>
std::string listJson(std::string_view member, const List& list, ToJson toJson, const std::string& next = {})
{
    std::string out = "{" + jsonString(member) + ":[";
    for (const auto& item : list)
        out.append(out.back() == '[' ? "" : ",").append(toJson(item));
    return out + (next.empty() ? "]}" : "],\"next\":" + next + "}");
}

} // namespace

std::string accountJson(const Account& account)
{
    return "{\"id\":" + std::to_string(account.id) + ",\"name\":" + jsonString(account.name) +
           ",\"role\":" + jsonString(toString(account.role)) +
           ",\"created_at\":" + jsonString(formatTime(account.createdAt)) + "}";
}

Result<std::string> Admin::run(const json::object& command)
{
    const auto name = readText(command, "command", 1, 32);
    if (!name)
        return tl::unexpected(name.error());
    if (*name == "user add")
        return addUser(command);
    if (*name == "user list")
        return listUsers(command);
    if (*name == "user remove")
        return removeUser(command);
    if (*name == "user passwd")
        return setPassword(command);
    if (*name == "invite")
        return invite(command);
    if (*name == "token create")
        return createToken(command);
    if (*name == "token list")
        return listTokens(command);
    if (*name == "token revoke")
        return revokeTokens(command);
    if (*name == "pin" && m_tls)
        return m_tls->pin();
    if (*name == "audit")
        return readAudit(command);
    return invalidMember("command", "This server does not know the command “" + *name + "”.");
}

Result<std::string> Admin::addUser(const json::object& command)
{
    const auto given = readText(command, "name", 0, 1000);
    const auto roleName = readText(command, "role", 0, 1000);
    const auto password = readText(command, "password", 0, 100'000);
    for (const auto* member : {&given, &roleName, &password}) {
        if (!*member)
            return tl::unexpected(member->error());
    }
    const auto name = validUserName(*given);
    if (!name)
        return tl::unexpected(name.error());
    const auto role = roleFromString(*roleName);
    if (!role)
        return invalidMember("role", "The role must be admin, sender or receiver.");
    if (const auto valid = validPassword(*password); !valid)
        return tl::unexpected(valid.error());
    auto hash = hashPassword(*password);
    if (!hash)
        return hash;
    return waitFor<Account>(
               [&](Reply<Account> reply) { m_store.createUser(std::nullopt, *name, *hash, *role, std::move(reply)); })
        .map(accountJson);
}

Result<std::string> Admin::listUsers(const json::object& command)
{
    const auto after = readInteger(command, "after", 0, maxJsonInteger, 0);
    if (!after)
        return tl::unexpected(after.error());
    const auto accounts = m_store.accounts();
    const auto page = accounts->page(*after, listPage);
    const bool isLast = page.size() < listPage;
    return listJson(
        "users", page, [](const Account* account) { return accountJson(*account); },
        isLast ? std::string() : "{\"after\":" + std::to_string(page.back()->id) + "}");
}

Result<std::string> Admin::removeUser(const json::object& command)
{
    return named(command).and_then([this](const Account& account) {
        return waitFor<Done>([&](Reply<Done> reply) { m_store.deleteUser(std::nullopt, account.id, std::move(reply)); })
            .map([&](Done) { return accountJson(account); });
    });
}

Result<std::string> Admin::setPassword(const json::object& command)
{
    const auto account = named(command);
    if (!account)
        return tl::unexpected(account.error());
    const auto password = readText(command, "password", 0, 100'000);
    if (!password)
        return tl::unexpected(password.error());
    if (const auto valid = validPassword(*password); !valid)
        return tl::unexpected(valid.error());
    UserPatch patch;
    if (auto hash = hashPassword(*password))
        patch.passwordHash = std::move(*hash);
    else
        return hash;
    return waitFor<Account>(
               [&](Reply<Account> reply) { m_store.patchUser(std::nullopt, account->id, patch, std::move(reply)); })
        .map(accountJson);
}

Result<std::string> Admin::invite(const json::object& command)
{
    const auto roleName = readText(command, "role", 0, 1000, "receiver");
    if (!roleName)
        return tl::unexpected(roleName.error());
    const auto role = roleFromString(*roleName);
    if (!role)
        return invalidMember("role", "The role must be admin, sender or receiver.");
    const std::string code = makeInviteCode();
    return waitFor<InviteRecord>([&](Reply<InviteRecord> reply) {
               m_store.createInvite(std::nullopt, inviteCodeHash(code), *role, std::move(reply));
           })
        .map([&](const InviteRecord& invite) {
            std::string urls;
            for (const std::string& url : m_urls)
                urls.append(urls.empty() ? "" : ",").append(jsonString(url));
            return "{\"code\":" + jsonString(code) + ",\"role\":" + jsonString(toString(invite.role)) +
                   ",\"expires_at\":" + jsonString(formatTime(invite.expiresAt)) + ",\"urls\":[" + urls + "]}";
        });
}

Result<std::string> Admin::createToken(const json::object& command)
{
    const auto account = named(command);
    if (!account)
        return tl::unexpected(account.error());
    static constexpr std::int64_t longest = std::int64_t(100) * 365 * 24 * 3600;
    const auto seconds = readInteger(command, "ttl", 1, longest, createdTokenTime.count());
    if (!seconds)
        return tl::unexpected(seconds.error());
    const auto made = m_tokens.makeCreatedToken(*account, std::chrono::seconds(*seconds));
    if (!made)
        return tl::unexpected(made.error());
    return waitFor<Done>([&](Reply<Done> reply) { m_store.recordToken(account->id, made->record, std::move(reply)); })
        .map([&](Done) { return made->token; });
}

Result<std::string> Admin::listTokens(const json::object& command)
{
    TokenQuery query;
    query.limit = listPage;
    if (command.contains("name")) {
        const auto account = named(command);
        if (!account)
            return tl::unexpected(account.error());
        query.user = account->id;
    }
    if (command.contains("after_user")) {
        constexpr auto least = std::numeric_limits<std::int64_t>::min(),
                       most = std::numeric_limits<std::int64_t>::max();
        const auto user = readInteger(command, "after_user", 0, maxJsonInteger, 0);
        const auto issued = readInteger(command, "after_issued", least, most, 0);
        const auto id = readInteger(command, "after_id", least, most, 0);
        for (const auto* member : {&user, &issued, &id}) {
            if (!*member)
                return tl::unexpected(member->error());
        }
        query.after = TokenPlace{*user, Time(std::chrono::milliseconds(*issued)), *id};
    }
    const auto accounts = m_store.accounts();
    return waitFor<TokenPage>([&](Reply<TokenPage> reply) { m_store.tokens(query, std::move(reply)); })
        .map([&](const TokenPage& page) {
            // Whose they are is said where not all are of one.
            const auto toJson = [&](const std::pair<UserId, TokenRecord>& token) {
                const Account* owner = accounts->find(token.first);
                return tokenJson(token.second, query.user || !owner ? std::string_view() : owner->name);
            };
            const auto next = [](const TokenPlace& place) {
                return "{\"after_user\":" + std::to_string(place.user) +
                       ",\"after_issued\":" + std::to_string(place.issuedAt.time_since_epoch().count()) +
                       ",\"after_id\":" + std::to_string(place.id) + "}";
            };
            return listJson("tokens", page.tokens, toJson, page.next ? next(*page.next) : std::string());
        });
}

Result<std::string> Admin::revokeTokens(const json::object& command)
{
    const auto account = named(command);
    if (!account)
        return tl::unexpected(account.error());
    const auto jti = readText(command, "jti", 0, 1000, "");
    if (!jti)
        return tl::unexpected(jti.error());
    const auto revoked = waitFor<Done>([&](Reply<Done> reply) {
        if (jti->empty())
            m_store.revokeAll(account->id, std::move(reply));
        else
            m_store.revokeToken(account->id, *jti, std::move(reply));
    });
    return revoked.map([&](Done) {
        return "{\"user\":" + jsonString(account->name) +
               ",\"revoked\":" + (jti->empty() ? "\"all\"" : jsonString(*jti)) + "}";
    });
}

Result<std::string> Admin::readAudit(const json::object& command)
{
    AuditQuery query;
    query.isAscending = true;
    query.limit = auditPage;
    const auto since = readText(command, "since", 0, 100, "");
    const auto afterId = readInteger(command, "after_id", 0, maxJsonInteger, 0);
    const auto afterSent = readInteger(command, "after_sent", 0, maxJsonInteger, 0);
    if (!since)
        return tl::unexpected(since.error());
    for (const auto* member : {&afterId, &afterSent}) {
        if (!*member)
            return tl::unexpected(member->error());
    }
    query.since = parseTime(*since).value_or(Time{});
    query.actionCursor = *afterId;
    query.sentCursor = *afterSent;
    return waitFor<AuditPage>([&](Reply<AuditPage> reply) { m_store.audit(query, std::move(reply)); })
        .map([](const AuditPage& page) {
            const std::string next = page.isLast ? "null"
                                                 : "{\"after_id\":" + std::to_string(page.actionCursor) +
                                                       ",\"after_sent\":" + std::to_string(page.sentCursor) + "}";
            std::string entries = listJson("entries", page.items, auditJson);
            entries.back() = ',';
            return entries + "\"next\":" + next + "}";
        });
}

Result<Account> Admin::named(const json::object& command) const
{
    const auto name = readText(command, "name", 1, 1000);
    if (!name)
        return tl::unexpected(name.error());
    const auto accounts = m_store.accounts();
    if (const Account* account = accounts->findByName(*name))
        return *account;
    return failure(404, "not_found", "There is no account named “" + *name + "”.", "name");
}

} // namespace belfry::server
