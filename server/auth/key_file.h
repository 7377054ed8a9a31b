// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/result.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace belfry::server {

/// A small file with a secret inside the data directory. One implementation a platform. Blocks.
/// @param directory  descriptor of the directory; the file is reached through it where the system can
/// @param path       the directory's path, for sentences and for systems that cannot

/// Its bytes; nothing where there is no such file. Refuses links, other things than regular files, files of another
/// person and what is longer than `limitBytes`. Takes away what others may do with it.
Result<std::optional<std::string>> readKeyFile(int directory, const std::string& path, const std::string& name,
                                               std::size_t limitBytes);
/// Writes it new, 0600, synced, and renames it into place.
Result<void> writeKeyFile(int directory, const std::string& path, const std::string& name, std::string_view bytes);

} // namespace belfry::server
