// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/result.h"

#include <string>

namespace belfry::server {

/// Carries out a command of Admin on a data directory, whoever holds it (protocol.md, "The data directory"): a running
/// server is asked through its control socket, waited for up to 5 s while it starts; where nobody holds the lock the
/// store is opened here. Blocks.
/// @param command  a JSON object, see Admin
/// @return what the command line prints
Result<std::string> administer(const std::string& dataDirectory, const std::string& command);

/// The pin of the server's certificate (Certificate::pin()), asked and waited for in the same way; where no server
/// runs, that of its own certificate, which is made where there is none yet. The store is not opened. Blocks.
Result<std::string> pinOf(const std::string& dataDirectory);

} // namespace belfry::server
