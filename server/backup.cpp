// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/backup.h"

#include "server/apart.h"
#include "server/auth/key_file.h"
#include "server/auth/keys.h"
#include "server/control_client.h"
#include "server/data_directory.h"
#include "server/durable_files.h"
#include "server/kept_files.h"
#include "server/new_file.h"
#include "server/store/archive.h"
#include "server/store/copying.h"
#include "server/store/handed_file.h"

#include <QDir>
#include <QFileInfo>

namespace belfry::server {

namespace {

/// Nobody runs: the store is copied as it lies there, whatever its schema.
Result<void> copyHere(const DataDirectory& directory, int target)
{
    if (!directory.hasStore())
        return DataDirectory::withoutStore(directory.path());
    removeLeftCopies(directory);
    if (const auto judged = judgeStoreFile(directory.descriptor(), directory.path()); !judged)
        return tl::unexpected(judged.error());
    return copyStore(placeOf(directory.descriptor(), directory.path(), storeName), target, [](double) { return true; });
}

/// The keys and the store belong together: a store that is there always has its signing key.
Result<std::vector<KeptFile>> keptFiles(const DataDirectory& directory)
{
    if (const auto key = signingKey(directory.descriptor(), directory.path(), KeyFault::Refuse); !key)
        return tl::unexpected(key.error());
    std::vector<KeptFile> files;
    for (const char* name : keptFileNames) {
        auto bytes = readKeyFile(directory.descriptor(), directory.path(), name, keptFileBytes);
        if (!bytes)
            return tl::unexpected(bytes.error());
        if (*bytes)
            files.push_back({name, std::move(**bytes)});
    }
    return files;
}

/// As the data directory's owner, who may have no right to the target but its descriptor.
Result<std::string> fill(int target, const std::string& dataDirectory)
{
    auto directory = DataDirectory::open(dataDirectory, DataDirectory::Owner::Become, DataDirectory::Missing::Refuse);
    endWithCaller();
    if (!directory)
        return tl::unexpected(directory.error());
    auto server = LocalServer::find(*directory);
    if (!server)
        return tl::unexpected(server.error());
    // The running server stops when this process, and with it the connection, is gone.
    const auto copied = *server ? (*server)->ask(R"({"command":"backup"})", target).map([](const std::string&) {})
                                : copyHere(*directory, target);
    if (!copied)
        return tl::unexpected(copied.error());
    const auto files = keptFiles(*directory);
    if (!files)
        return tl::unexpected(files.error());
    if (const auto sealed = sealBackup(placeOfHanded(target), *files, systemClock().now()); !sealed)
        return tl::unexpected(sealed.error());
    return std::string();
}

} // namespace

void removeLeftCopies(const DataDirectory& directory)
{
    const QDir here(QString::fromStdString(directory.reach(".")));
    const QFileInfoList left = here.entryInfoList({QString::fromLatin1(copyPrefix) + u'*'}, QDir::Files | QDir::Hidden);
    for (const QFileInfo& copy : left)
        removeFile(directory.reach(copy.fileName().toStdString()));
}

Result<std::string> backUp(const BackupRequest& request)
{
    const std::string file = QFileInfo(QString::fromStdString(request.file)).absoluteFilePath().toStdString();
    const auto taken = [&file] {
        return failure(409, "file_exists", file + " is there already; --overwrite replaces it.");
    };
    if (!request.mayReplace && QFileInfo::exists(QString::fromStdString(file)))
        return taken();
    auto target = NewFile::make(file);
    if (!target)
        return tl::unexpected(target.error());
    const auto filled = apart(request.dataDirectory, [&] { return fill(target->descriptor(), request.dataDirectory); });
    if (!filled)
        return filled;
    if (const auto named = target->giveName(request.mayReplace); !named)
        return named.error().status == 409 ? taken() : tl::unexpected(named.error());
    return "Backed up to " + file + " (" + std::to_string(QFileInfo(QString::fromStdString(file)).size()) +
           " bytes). It holds keys and passwords' hashes: keep it as safe as the server itself.";
}

} // namespace belfry::server
