// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/result.h"
#include "server/auth/token.h"
#include "server/control/long_command.h"
#include "server/store/store.h"

#include <boost/json/object.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace belfry::server {

class TlsContext;

/// What whoever owns the data directory may do: accounts, invites and tokens, by name (protocol.md, `belfry user`,
/// `belfry token`).
///
/// A command is a JSON object, `{"command":"user add","name":…}`; its answer what the command line prints. Of a long
/// list (`user list`, `token list`, `audit`) it is a page, whose last member `next` holds what is to be added to the
/// command for the page after it; the last page has none (of `audit`: null). One
/// mechanism, beside a running server (through its control socket) and without one. Thread: one; blocks until the
/// change is committed and the streams concerned are closed.
class Admin
{
public:
    /// @param tls   of the running server, whose pin may be asked for; null: none runs
    /// @param urls  where it listens
    Admin(Store& store, const Tokens& tokens, const TlsContext* tls = nullptr, std::vector<std::string> urls = {})
        : m_store(store), m_tokens(tokens), m_tls(tls), m_urls(std::move(urls))
    {
    }

    Result<std::string> run(const boost::json::object& command);
    /// A command that takes long, to be done in a thread of its own; nothing where it is none. Outlived by this.
    /// @param file  what came with it, -1: nothing; ours from now on
    std::optional<LongCommand::Work> longWork(const boost::json::object& command, int file);

private:
    Result<std::string> addUser(const boost::json::object& command);
    Result<std::string> listUsers(const boost::json::object& command);
    Result<std::string> removeUser(const boost::json::object& command);
    Result<std::string> setPassword(const boost::json::object& command);
    Result<std::string> invite(const boost::json::object& command);
    Result<std::string> createToken(const boost::json::object& command);
    Result<std::string> listTokens(const boost::json::object& command);
    Result<std::string> revokeTokens(const boost::json::object& command);
    Result<std::string> readAudit(const boost::json::object& command);
    Result<Account> named(const boost::json::object& command) const;

    Store& m_store;
    const Tokens& m_tokens;
    const TlsContext* m_tls;
    std::vector<std::string> m_urls;
};

/// `{"id","name","role","created_at"}`
std::string accountJson(const Account& account);

} // namespace belfry::server
