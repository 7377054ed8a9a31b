// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/result.h"

#include <functional>
#include <string>

namespace belfry::server {

/// Does work in which root becomes a data directory's owner (DataDirectory::Owner::Become), for a caller who needs
/// root's own rights afterwards: in a process of its own where the directory is somebody else's, else right here. That
/// process ends with its caller. One file a platform. Before any thread is made; blocks.
Result<std::string> apart(const std::string& dataDirectory, const std::function<Result<std::string>()>& work);

/// For the work, once it is somebody else: becoming that made it outlive its caller.
void endWithCaller();

} // namespace belfry::server
