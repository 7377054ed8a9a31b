// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/result.h"
#include "server/control/local_socket.h"
#include "server/data_directory.h"
#include "server/store/progress.h"

#include <optional>
#include <string>

namespace belfry::server {

/// Carries out a command of Admin on a data directory, whoever holds it (protocol.md, "The data directory"): a running
/// server is asked through its control socket, waited for up to 5 s while it starts; where nobody holds the lock the
/// store is opened here. Blocks.
/// @param command  a JSON object, see Admin
/// @param told     how far a long one is
/// @return what the command line prints
Result<std::string> administer(const std::string& dataDirectory, const std::string& command, const Progress& told = {});

/// The pin of the server's certificate (Certificate::pin()), asked and waited for in the same way; where no server
/// runs, that of its own certificate, which is made where there is none yet. The store is not opened. Blocks.
Result<std::string> pinOf(const std::string& dataDirectory);

/// The running server that holds a data directory, asked through its control socket. Outlived by the directory.
class LocalServer
{
public:
    /// Waits up to 5 s for a server that starts. Nothing where nobody runs: the directory's lock is ours then.
    static Result<std::optional<LocalServer>> find(DataDirectory& directory);

    /// One command of Admin; its answer's output. Blocks, up to 30 s without a sign of the server.
    /// @param file  handed over with it, -1: none
    /// @param told  how far a long one is; false: give up, which ends it there, too
    Result<std::string> ask(const std::string& command, int file = -1, const Progress& told = {});

private:
    LocalServer(const DataDirectory& directory, LocalConnection connection)
        : m_directory(&directory), m_connection(std::move(connection))
    {
    }
    const DataDirectory* m_directory;
    std::optional<LocalConnection> m_connection; // for one command
};

} // namespace belfry::server
