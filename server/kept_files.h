// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>

namespace belfry::server {

inline constexpr const char* signingKeyName = "signing.key";
inline constexpr const char* tlsKeyName = "tls.key";
inline constexpr const char* tlsCertificateName = "tls.crt";

/// The small files of a data directory that a backup takes along; none is longer.
inline constexpr std::array<const char*, 3> keptFileNames{signingKeyName, tlsKeyName, tlsCertificateName};
inline constexpr std::size_t keptFileBytes = 64 * 1024;

/// Files that work in progress makes, or made in earlier versions, beside the store. Nothing is lost with one that was
/// left behind, and the next server or command that has the directory to itself removes it.
inline constexpr const char* copyPrefix = "belfry.db.copy-";
inline constexpr const char* restoringName = "belfry.db.restoring";

} // namespace belfry::server
