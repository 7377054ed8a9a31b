// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/store/database.h"

#include <cstdint>

namespace belfry::server {

/// A database in a file that somebody else opened, with rights that we may not have: SQLite reads and writes it by its
/// descriptor alone, and no other file beside it. For one connection at a time, without a rollback: whoever handed it
/// over throws it away where something fails. One file a platform.

/// @param descriptor  open as long as the connection is; not closed by it
DatabasePlace placeOfHanded(int descriptor);
/// The same place for ATTACH and VACUUM INTO of a connection that allows URIs.
std::string uriOfHanded(int descriptor);
/// An ordinary, empty file that can be written: where a copy may go.
bool isEmptyFile(int descriptor);
/// How long it is; 0 where that cannot be told.
std::int64_t handedBytes(int descriptor);

} // namespace belfry::server
