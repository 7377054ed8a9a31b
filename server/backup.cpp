// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/backup.h"

#include "protocol/json.h"
#include "server/auth/key_file.h"
#include "server/auth/keys.h"
#include "server/control_client.h"
#include "server/data_directory.h"
#include "server/durable_files.h"
#include "server/kept_files.h"
#include "server/store/archive.h"
#include "server/store/copying.h"

#include <QDateTime>
#include <QDir>
#include <QFileInfo>

#include <chrono>
#include <thread>

namespace belfry::server {

namespace {

using namespace std::chrono_literals;

/// A file of ours that goes when nobody has given it another name.
class Passing
{
public:
    explicit Passing(std::string path) : m_path(std::move(path)) {}
    Passing(const Passing&) = delete;
    Passing& operator=(const Passing&) = delete;
    ~Passing()
    {
        for (const char* ending : {"", "-journal", "-wal", "-shm"})
            removeFile(m_path + ending);
    }
    const std::string& path() const { return m_path; }

private:
    const std::string m_path;
};

/// The running server copies; we ask how far it is.
Result<std::string> copyThere(LocalServer& server, const DataDirectory& directory)
{
    removeLeftCopies(directory, 24h); // none takes as long
    auto name = server.ask("{\"command\":\"backup begin\"}");
    while (name) {
        const auto state = server.ask("{\"command\":\"backup look\",\"name\":" + belfry::jsonString(*name) + "}");
        if (!state) {
            removeFile(directory.reach(*name));
            return state;
        }
        if (*state == "done")
            return name;
        std::this_thread::sleep_for(20ms);
    }
    return name;
}

/// Nobody runs: the store is copied as it lies there, whatever its schema.
Result<std::string> copyHere(const DataDirectory& directory)
{
    if (!directory.hasStore())
        return DataDirectory::withoutStore(directory.path());
    removeLeftCopies(directory);
    if (const auto judged = judgeStoreFile(directory.descriptor(), directory.path()); !judged)
        return tl::unexpected(judged.error());
    const std::string name = newCopyName();
    const DatabasePlace place = placeOf(directory.descriptor(), directory.path(), storeName);
    auto source = Connection::open(place.path, {place.vfs, true, 5000});
    if (!source)
        return tl::unexpected(source.error());
    closeUnchanged(*source, place);
    const auto target = placeNewFile(directory.descriptor(), directory.path(), name);
    if (!target)
        return tl::unexpected(target.error());
    auto copying = Copying::begin(*source, *target);
    Result<bool> isDone = copying ? Result<bool>(false) : tl::unexpected(copying.error());
    while (isDone && !*isDone)
        isDone = (*copying)->step();
    if (isDone)
        return name;
    removeFile(directory.reach(name));
    return tl::unexpected(isDone.error());
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

} // namespace

void removeLeftCopies(const DataDirectory& directory, std::chrono::seconds olderThan)
{
    const QDir here(QString::fromStdString(directory.reach(".")));
    const QFileInfoList left = here.entryInfoList({QString::fromLatin1(copyPrefix) + u'*'}, QDir::Files | QDir::Hidden);
    const QDateTime limit = QDateTime::currentDateTime().addSecs(-olderThan.count());
    for (const QFileInfo& copy : left) {
        if (olderThan == 0s || copy.lastModified() < limit)
            removeFile(directory.reach(copy.fileName().toStdString()));
    }
}

Result<std::string> backUp(const BackupRequest& request)
{
    // Absolute at once: whoever becomes another person does not lose the way.
    const std::string file = QFileInfo(QString::fromStdString(request.file)).absoluteFilePath().toStdString();
    const auto taken = [&file] {
        return failure(409, "file_exists", file + " is there already; --overwrite replaces it.");
    };
    if (!request.mayReplace && QFileInfo::exists(QString::fromStdString(file)))
        return taken();
    std::string name;
    auto directory =
        DataDirectory::open(request.dataDirectory, DataDirectory::Owner::Become, DataDirectory::Missing::Refuse);
    if (!directory)
        return tl::unexpected(directory.error());
    auto server = LocalServer::find(*directory);
    if (!server)
        return tl::unexpected(server.error());
    const auto copied = *server ? copyThere(**server, *directory) : copyHere(*directory);
    if (!copied)
        return copied;
    const Passing copy(directory->reach(*copied));
    const auto files = keptFiles(*directory);
    if (!files)
        return tl::unexpected(files.error());
    const DatabasePlace place = placeOf(directory->descriptor(), directory->path(), *copied);
    if (const auto sealed = sealBackup(place, *files, systemClock().now()); !sealed)
        return tl::unexpected(sealed.error());

    QFile sealedFile(QString::fromStdString(copy.path()));
    if (!sealedFile.open(QIODevice::ReadOnly))
        return failure(500, "file_failed", copy.path() + " can't be read.");
    const Passing fresh(file + ".part-" + newUuid());
    if (const auto written = copyToNewFile(sealedFile, fresh.path()); !written)
        return tl::unexpected(written.error());
    if (const auto named = giveName(fresh.path(), file, request.mayReplace); !named)
        return named.error().status == 409 ? taken() : tl::unexpected(named.error());
    return "Backed up to " + file + " (" + std::to_string(sealedFile.size()) +
           " bytes). It holds keys and passwords' hashes: keep it as safe as the server itself.";
}

} // namespace belfry::server
