// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/store/accounts.h"

#include <memory>
#include <utility>
#include <vector>

namespace belfry::server {

/// The next snapshot of the accounts, while it is being made. Each change costs the logarithm of how many there are.
/// Thread: the store's.
class AccountsBuilder
{
public:
    /// What a store holds, read all at once.
    struct Stored
    {
        std::vector<Account> accounts;                     ///< by id
        std::vector<UserId> deleted;                       ///< ascending
        std::vector<std::pair<std::uint64_t, Time>> ended; ///< in any order, each once
    };

    AccountsBuilder() = default;
    explicit AccountsBuilder(Stored stored);
    explicit AccountsBuilder(const Accounts& base) : m_next(base) {}

    /// Adds somebody, or takes the place of what stood under the same id.
    void put(Account account);
    void remove(UserId id);
    /// Refuses a session or token from now on; forgotten when it would have expired.
    void end(std::uint64_t id, Time expiresAt);
    /// Forgets what has expired by then: the first `limit` of it, so that no change has to pay for all.
    void forgetEnded(Time now, std::size_t limit);

    const Accounts& accounts() const { return m_next; }
    AccountsPtr take() { return std::make_shared<const Accounts>(std::move(m_next)); }

private:
    void count(const Account& account, int by);

    Accounts m_next;
};

} // namespace belfry::server
