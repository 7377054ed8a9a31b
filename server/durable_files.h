// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/result.h"

#include <QFile>

#include <cstdint>
#include <string>

namespace belfry::server {

/// Files that are whole or not there, whenever the power goes: written, synced, then named, and the name synced. One
/// file a platform. Thread: any; blocks. An Error is 507 where the disk is full, else 500, with a sentence.

/// Copies the rest of an open file into a new one, 0600, which is on disk when this returns. 409 where there is one; a
/// half one is removed.
Result<void> copyToNewFile(QFile& from, const std::string& to);
/// Gives a file its final name, in the same directory. @param mayReplace  false: 409 where there is one of that name
Result<void> giveName(const std::string& from, const std::string& to, bool mayReplace);
/// A second name for a file that keeps it when its first is given to another.
Result<void> keepUnder(const std::string& file, const std::string& name);
/// Makes a file of that many bytes, 0600, or brings one to that length: the disk keeps them, where the file system can.
/// What was in it is of no matter. False where there is no room, or where it is a link.
bool keepRoom(const std::string& path, std::int64_t bytes);
/// Removes a file, if there is one.
void removeFile(const std::string& path);

} // namespace belfry::server
