// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/auth/certificate.h"
#include "server/auth/key_file.h"
#include "server/auth/keys.h"
#include "server/auth/sodium.h"
#include "server/backup.h"
#include "server/data_directory.h"
#include "server/durable_files.h"
#include "server/kept_files.h"
#include "server/store/archive.h"
#include "server/store/merging.h"

#include <algorithm>
#include <optional>

namespace belfry::server {

namespace {

/// The store that is there, as far as it can be read.
struct Present
{
    std::optional<PresentStore> store;
    std::string whyNot; ///< a sentence; empty where there is no store at all
};

Result<Present> readPresent(const DataDirectory& directory, Time now)
{
    Present present;
    if (!directory.hasStore())
        return present;
    auto store = readPresentStore(directory.descriptor(), directory.path(), now);
    if (store)
        present.store = std::move(*store);
    else if (store.error().code == "store_newer" || store.error().code == "store_foreign")
        return tl::unexpected(store.error());
    else
        present.whyNot = store.error().message;
    return present;
}

bool isKeyThere(const DataDirectory& directory)
{
    return signingKey(directory.descriptor(), directory.path(), KeyFault::Refuse).has_value();
}

/// Keys before the store: a store that is there always has its key, and never one that lets in too many. A certificate
/// that is there and whole stays: it is what clients know the server by.
Result<void> placeKeys(const DataDirectory& directory, const std::vector<KeptFile>& files, bool keepsPresentKey,
                       bool makesNewKey)
{
    const bool hasCertificate =
        Certificate::fromFiles(directory.reach(tlsCertificateName), directory.reach(tlsKeyName)).has_value();
    for (const char* name : keptFileNames) {
        const bool isStaying = name == signingKeyName ? keepsPresentKey || makesNewKey : hasCertificate;
        const auto file =
            std::find_if(files.begin(), files.end(), [name](const KeptFile& kept) { return kept.name == name; });
        if (isStaying || file == files.end())
            continue;
        if (auto written = writeKeyFile(directory.descriptor(), directory.path(), file->name, file->bytes); !written)
            return written;
    }
    if (makesNewKey)
        return writeKeyFile(directory.descriptor(), directory.path(), signingKeyName, randomBytes(32));
    return {};
}

/// Leaves the present store whole in one file, so that it can be kept and no write-ahead log of it is taken for the
/// next one's.
Result<std::string> setAside(const DataDirectory& directory, Time now)
{
    std::string stamp = formatTime(now);
    std::erase_if(stamp, [](char c) { return c == '-' || c == ':' || c == '.'; });
    const std::string kept = std::string(storeName) + ".before-" + stamp;
    const DatabasePlace place = placeOf(directory.descriptor(), directory.path(), storeName);
    if (auto db = Connection::open(place.path, {place.vfs, false, 0})) {
        db->execute("PRAGMA wal_checkpoint(TRUNCATE)");
        db->execute("PRAGMA journal_mode = DELETE");
        if (db->hasFailed())
            closeUnchanged(*db, place); // damaged: it is kept as it lies there
    }
    if (auto linked = keepUnder(directory.reach(storeName), directory.reach(kept)); !linked)
        return tl::unexpected(linked.error());
    for (const char* ending : {"-wal", "-shm"}) {
        const std::string beside = directory.reach(std::string(storeName) + ending);
        if (QFile::exists(QString::fromStdString(beside))) {
            if (auto moved = giveName(beside, directory.reach(kept + ending), true); !moved)
                return tl::unexpected(moved.error());
        }
    }
    return kept;
}

/// A directory that is reached by its descriptor, as people know it.
Error named(Error error, const DataDirectory& directory)
{
    const std::string reached = directory.reach("");
    if (const auto at = error.message.find(reached); at != std::string::npos)
        error.message.replace(at, reached.size(), directory.path() + '/');
    return error;
}

std::string joined(const std::vector<std::string>& lines)
{
    std::string out;
    for (const std::string& line : lines)
        out += (out.empty() ? "" : "\n") + line;
    return out;
}

} // namespace

Result<std::string> restore(const RestoreRequest& request)
{
    // Opened before root becomes somebody else.
    QFile backup(QString::fromStdString(request.file));
    if (!backup.open(QIODevice::ReadOnly))
        return failure(500, "file_failed",
                       request.file + " can't be read: " + backup.errorString().toStdString() + ".");
    auto directory = DataDirectory::open(request.dataDirectory, DataDirectory::Owner::Become);
    if (!directory)
        return tl::unexpected(directory.error());
    if (const auto locked = directory->lock(); !locked) {
        if (locked.error().code != "in_use")
            return tl::unexpected(locked.error());
        return failure(409, "in_use",
                       "A server runs on " + directory->path() + ": stop it before a backup is brought back.");
    }
    if (directory->isEmpty()) {
        if (const auto tightened = directory->tighten(); !tightened)
            return tl::unexpected(tightened.error());
    }
    const Time now = systemClock().now();
    const std::string fresh = directory->reach(restoringName);
    const auto giveUp = [&](Error error) -> tl::unexpected<Error> {
        removeFile(fresh);
        removeFile(fresh + "-journal");
        return tl::unexpected(named(std::move(error), *directory));
    };
    removeLeftCopies(*directory);
    removeFile(fresh + "-journal");
    removeFile(fresh);
    if (const auto copied = copyToNewFile(backup, fresh); !copied)
        return giveUp(copied.error());
    const DatabasePlace place = placeOf(directory->descriptor(), directory->path(), restoringName);
    const auto unsealed = unsealBackup(place, request.file, now);
    if (!unsealed)
        return giveUp(unsealed.error());
    auto present = readPresent(*directory, now);
    if (!present)
        return giveUp(present.error());
    if (present->store && present->store->serverId != unsealed->serverId)
        return giveUp({409,
                       "other_server",
                       "The backup is of another server than the one in " + directory->path() +
                           ": bring it back to a directory of its own.",
                       {},
                       0});

    const bool keepsPresentKey = present->store && isKeyThere(*directory);
    const bool hasBackupKey = std::any_of(unsealed->files.begin(), unsealed->files.end(), [](const KeptFile& file) {
        return file.name == signingKeyName && file.bytes.size() == 32;
    });
    const bool makesNewKey = !keepsPresentKey && !(request.keepSignIns && hasBackupKey);
    const auto merged = mergeStores(place, present->store ? &*present->store : nullptr,
                                    {request.accountsToo, makesNewKey, unsealed->madeAt, now});
    present->store.reset();
    if (!merged)
        return giveUp(merged.error());

    if (const auto placed = placeKeys(*directory, unsealed->files, keepsPresentKey, makesNewKey); !placed)
        return giveUp(placed.error());
    std::string kept;
    if (directory->hasStore()) {
        auto aside = setAside(*directory, now);
        if (!aside)
            return giveUp(aside.error());
        kept = std::move(*aside);
    }
    if (const auto named = giveName(fresh, directory->reach(storeName), true); !named)
        return giveUp(named.error());
    if (const auto tightened = directory->tighten(); !tightened)
        return tl::unexpected(tightened.error());

    std::vector<std::string> lines{"Restored the backup of " + formatTime(unsealed->madeAt) + ": " +
                                   std::to_string(merged->entries) + " entries, " + std::to_string(merged->accounts) +
                                   " accounts."};
    if (!present->whyNot.empty())
        lines.push_back(present->whyNot);
    const bool hadAccounts = !kept.empty() && present->whyNot.empty();
    if (hadAccounts && !request.accountsToo) {
        lines.emplace_back("Accounts and passwords are those of the store that was there.");
    } else {
        lines.emplace_back("Accounts and passwords are the backup's.");
        lines.insert(lines.end(), merged->letIn.begin(), merged->letIn.end());
    }
    if (makesNewKey)
        lines.emplace_back("The signing key is new: everybody has to sign in again, and tokens have to be made again.");
    else if (!keepsPresentKey)
        lines.emplace_back("Sign-ins of the time of the backup hold again, also those that were ended since.");
    if (!kept.empty())
        lines.push_back("The store that was there is kept as " + directory->path() + "/" + kept +
                        ": remove it when all is well.");
    return joined(lines);
}

} // namespace belfry::server
