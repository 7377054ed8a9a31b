// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/store/accounts.h"
#include "server/store/sqlite.h"

#include <QTemporaryDir>

#include <memory>

namespace belfry::bench {

/// A store with a history, made once a process: 10,000 people, and a log of 400,000 messages: 100,000 to `reader`
/// alone, 100,000 to everyone, the rest to the others, one after the other all along.
///
/// One of a thousand holds the word “needle”, one of ten thousand is an error; all but the newest 1,000 are read.
class FilledStore
{
public:
    static constexpr UserId reader = 1, newcomer = 2; ///< the newcomer gets what is for everyone, and hardly more
    static constexpr Seq newest = 400'000;

    /// Made in the current directory at first use.
    static FilledStore& get();

    server::Connection& connection() { return *m_connection; }
    const server::Accounts& accounts() const { return *m_accounts; }

private:
    FilledStore();

    QTemporaryDir m_directory;
    std::unique_ptr<server::Connection> m_connection;
    server::AccountsPtr m_accounts;
};

} // namespace belfry::bench
