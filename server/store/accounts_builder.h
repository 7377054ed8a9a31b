// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/store/accounts.h"

#include <memory>

namespace belfry::server {

/// The next snapshot of the accounts, while it is being made. Thread: the store's.
class AccountsBuilder
{
public:
    AccountsBuilder() : m_next(std::make_shared<Accounts>()) {}
    explicit AccountsBuilder(const Accounts& base) : m_next(std::make_shared<Accounts>(base)) {}

    /// Adds somebody, or takes the place of what stood under the same id.
    void put(Account account);
    void remove(UserId id);
    void addDeleted(UserId id);
    /// Refuses a session or token from now on; forgotten when it would have expired.
    void end(std::uint64_t id, Time expiresAt);
    void forgetEnded(Time now);

    const Accounts& accounts() const { return *m_next; }
    AccountsPtr take() { return std::move(m_next); }

private:
    std::vector<Account>::iterator place(UserId id);
    std::shared_ptr<Accounts> m_next;
};

} // namespace belfry::server
