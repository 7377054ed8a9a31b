// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/accounts.h"

#include "server/store/accounts_builder.h"

#include <algorithm>

namespace belfry::server {

const Account* Accounts::find(UserId id) const
{
    const auto place = std::lower_bound(m_accounts.begin(), m_accounts.end(), id,
                                        [](const Account& account, UserId wanted) { return account.id < wanted; });
    return place != m_accounts.end() && place->id == id ? &*place : nullptr;
}

const Account* Accounts::findByName(std::string_view name) const
{
    const auto found = m_byName.find(foldedUserName(name));
    return found == m_byName.end() ? nullptr : find(found->second);
}

Result<Role> Accounts::admit(const Credential& credential) const
{
    const auto refused = [] { return failure(401, "unauthorized", "The token is no longer valid."); };
    const Account* account = find(credential.user);
    if (!account || (credential.tokenId != 0 && m_ended.contains(credential.tokenId))) {
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
    return std::binary_search(m_deleted.begin(), m_deleted.end(), id);
}

int Accounts::adminCount() const
{
    return static_cast<int>(std::count_if(m_accounts.begin(), m_accounts.end(), [](const Account& account) {
        return account.role == Role::Admin && !account.isExternal;
    }));
}

std::vector<Account>::iterator AccountsBuilder::place(UserId id)
{
    return std::lower_bound(m_next->m_accounts.begin(), m_next->m_accounts.end(), id,
                            [](const Account& account, UserId wanted) { return account.id < wanted; });
}

void AccountsBuilder::put(Account account)
{
    const auto at = place(account.id);
    if (at != m_next->m_accounts.end() && at->id == account.id) {
        m_next->m_byName.erase(at->foldedName);
        m_next->m_byName[account.foldedName] = account.id;
        *at = std::move(account);
        return;
    }
    m_next->m_byName[account.foldedName] = account.id;
    m_next->m_accounts.insert(at, std::move(account));
}

void AccountsBuilder::remove(UserId id)
{
    const auto at = place(id);
    if (at != m_next->m_accounts.end() && at->id == id) {
        m_next->m_byName.erase(at->foldedName);
        m_next->m_accounts.erase(at);
        addDeleted(id);
    }
}

void AccountsBuilder::addDeleted(UserId id)
{
    auto& deleted = m_next->m_deleted;
    const auto at = std::lower_bound(deleted.begin(), deleted.end(), id);
    if (at == deleted.end() || *at != id) {
        deleted.insert(at, id);
    }
}

void AccountsBuilder::end(std::uint64_t id, Time expiresAt)
{
    Time& until = m_next->m_ended[id];
    until = std::max(until, expiresAt);
}

void AccountsBuilder::forgetEnded(Time now)
{
    std::erase_if(m_next->m_ended, [now](const auto& ended) { return ended.second <= now; });
}

} // namespace belfry::server
