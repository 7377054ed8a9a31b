// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/accounts.h"

#include "server/store/accounts_builder.h"

#include <algorithm>

namespace belfry::server {

const Account* Accounts::find(UserId id) const
{
    const AccountPtr* found = m_byId.find(id);
    return found ? found->get() : nullptr;
}

const Account* Accounts::findByName(std::string_view name) const
{
    const std::string folded = foldedUserName(name);
    const AccountPtr* found = m_byName.find(folded);
    return found ? found->get() : nullptr;
}

std::vector<const Account*> Accounts::page(UserId after, std::size_t limit) const
{
    std::vector<const Account*> page;
    page.reserve(std::min(limit, size()));
    m_byId.visitAfter(after, [&page, limit](UserId, const AccountPtr& account) {
        if (page.size() == limit) {
            return false;
        }
        page.push_back(account.get());
        return true;
    });
    return page;
}

Result<Role> Accounts::admit(const Credential& credential) const
{
    const auto refused = [] { return failure(401, "unauthorized", "The token is no longer valid."); };
    const Account* account = find(credential.user);
    if (!account || (credential.tokenId != 0 && m_ended.find(credential.tokenId))) {
        return refused();
    }
    if (credential.kind == TokenKind::External) {
        return account->isExternal ? Result<Role>(credential.claimedRole) : refused();
    }
    const bool isKept = account->keptToken != 0 && credential.tokenId == account->keptToken &&
                        credential.generation == account->keptGeneration;
    return account->generation == credential.generation || isKept ? Result<Role>(account->role) : refused();
}

bool Accounts::isDeleted(UserId id) const
{
    return m_deleted.find(id) != nullptr;
}

AccountsBuilder::AccountsBuilder(Stored stored)
{
    std::vector<SharedMap<UserId, AccountPtr>::Entry> byId;
    std::vector<SharedMap<std::string_view, AccountPtr>::Entry> byName;
    byId.reserve(stored.accounts.size());
    byName.reserve(stored.accounts.size());
    for (Account& account : stored.accounts) {
        count(account, 1);
        const auto shared = std::make_shared<const Account>(std::move(account));
        byId.push_back({shared->id, shared});
        byName.push_back({shared->foldedName, shared});
    }
    std::sort(byName.begin(), byName.end(), [](const auto& a, const auto& b) { return a.key < b.key; });
    m_next.m_byId = SharedMap<UserId, AccountPtr>::fromSorted(std::move(byId));
    m_next.m_byName = SharedMap<std::string_view, AccountPtr>::fromSorted(std::move(byName));

    std::vector<SharedMap<UserId, Accounts::Nothing>::Entry> deleted;
    deleted.reserve(stored.deleted.size());
    for (const UserId id : stored.deleted) {
        deleted.push_back({id, {}});
    }
    m_next.m_deleted = SharedMap<UserId, Accounts::Nothing>::fromSorted(std::move(deleted));

    std::vector<SharedMap<std::uint64_t, Time>::Entry> ended;
    std::vector<SharedMap<Accounts::End, Accounts::Nothing>::Entry> ends;
    ended.reserve(stored.ended.size());
    ends.reserve(stored.ended.size());
    for (const auto& [id, expiresAt] : stored.ended) {
        ended.push_back({id, expiresAt});
        ends.push_back({{expiresAt, id}, {}});
    }
    std::sort(ended.begin(), ended.end(), [](const auto& a, const auto& b) { return a.key < b.key; });
    std::sort(ends.begin(), ends.end(), [](const auto& a, const auto& b) { return a.key < b.key; });
    m_next.m_ended = SharedMap<std::uint64_t, Time>::fromSorted(std::move(ended));
    m_next.m_ends = SharedMap<Accounts::End, Accounts::Nothing>::fromSorted(std::move(ends));
}

void AccountsBuilder::count(const Account& account, int by)
{
    if (account.role == Role::Admin && !account.isExternal) {
        m_next.m_admins += by;
    }
}

void AccountsBuilder::put(Account account)
{
    if (const AccountPtr* earlier = m_next.m_byId.find(account.id)) {
        const AccountPtr kept = *earlier; // its name is what the map is asked for
        count(*kept, -1);
        if (kept->foldedName != account.foldedName) {
            m_next.m_byName.erase(kept->foldedName);
        }
    }
    count(account, 1);
    const auto shared = std::make_shared<const Account>(std::move(account));
    m_next.m_byName.put(shared->foldedName, shared);
    m_next.m_byId.put(shared->id, shared);
}

void AccountsBuilder::remove(UserId id)
{
    const AccountPtr* found = m_next.m_byId.find(id);
    if (!found) {
        return;
    }
    const AccountPtr kept = *found;
    count(*kept, -1);
    m_next.m_byName.erase(kept->foldedName);
    m_next.m_byId.erase(id);
    m_next.m_deleted.put(id, {});
}

void AccountsBuilder::end(std::uint64_t id, Time expiresAt)
{
    if (const Time* known = m_next.m_ended.find(id)) {
        if (*known >= expiresAt) {
            return;
        }
        m_next.m_ends.erase({*known, id});
    }
    m_next.m_ended.put(id, expiresAt);
    m_next.m_ends.put({expiresAt, id}, {});
}

void AccountsBuilder::forgetEnded(Time now, std::size_t limit)
{
    std::vector<Accounts::End> expired;
    m_next.m_ends.visitAll([&](const Accounts::End& end, Accounts::Nothing) {
        if (end.first > now || expired.size() == limit) {
            return false;
        }
        expired.push_back(end);
        return true;
    });
    for (const Accounts::End& end : expired) {
        m_next.m_ends.erase(end);
        m_next.m_ended.erase(end.second);
    }
}

} // namespace belfry::server
