// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/auth/certificate.h"
#include "server/auth/key_file.h"
#include "server/auth/keys.h"
#include "server/backup.h"
#include "server/control_client.h"
#include "server/kept_files.h"
#include "server/store/checking.h"
#include "server/store/handed_file.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

namespace belfry::server {

namespace {

constexpr QFileDevice::Permissions others = QFileDevice::ReadGroup | QFileDevice::WriteGroup | QFileDevice::ExeGroup |
                                            QFileDevice::ReadOther | QFileDevice::WriteOther | QFileDevice::ExeOther;

/// What somebody besides the owner may open. The next start of a server mends it.
void lookAtRights(const DataDirectory& directory, std::vector<std::string>& faults)
{
    const QString here = QString::fromStdString(directory.reach("."));
    const auto say = [&faults](const std::string& path) {
        faults.push_back(path + " is open to others: belfry serve closes it when it starts.");
    };
    if (QFileInfo(here).permissions() & others)
        say(directory.path());
    const QFileInfoList files = QDir(here).entryInfoList(QDir::Files | QDir::Hidden);
    for (const QFileInfo& file : files) {
        if (file.permissions() & others)
            say(directory.path() + '/' + file.fileName().toStdString());
    }
}

void lookAtKeys(const DataDirectory& directory, std::vector<std::string>& faults)
{
    if (const auto key = signingKey(directory.descriptor(), directory.path(), KeyFault::Refuse); !key)
        faults.push_back(key.error().message);
    const std::string certificate = directory.reach(tlsCertificateName), key = directory.reach(tlsKeyName);
    // Both are made where there is none; a certificate without its key is refused.
    if (!QFileInfo::exists(QString::fromStdString(certificate)))
        return;
    if (const auto own = Certificate::fromFiles(certificate, key); !own)
        faults.push_back("The certificate in " + directory.path() + " (" + tlsCertificateName + ", " + tlsKeyName +
                         ") can't be used: it is damaged, or its key is missing or another's.");
}

} // namespace

Result<CheckReport> check(const std::string& dataDirectory)
{
    auto directory = DataDirectory::open(dataDirectory, DataDirectory::Owner::Become, DataDirectory::Missing::Refuse);
    if (!directory)
        return tl::unexpected(directory.error());
    if (!directory->hasStore())
        return DataDirectory::withoutStore(directory->path());
    CheckReport report;
    lookAtRights(*directory, report.faults);
    lookAtKeys(*directory, report.faults);
    // Where nobody runs nobody may start meanwhile: SQLite reads a write-ahead log that nobody else is reading.
    if (const auto server = LocalServer::find(*directory); !server)
        return tl::unexpected(server.error());
    const CheckedStore store =
        checkStore(placeOf(directory->descriptor(), directory->path(), storeName), directory->path());
    report.faults.insert(report.faults.end(), store.faults.begin(), store.faults.end());
    if (!store.faults.empty())
        report.faults.emplace_back("Stop the server, keep a copy of " + directory->path() +
                                   ", and bring a backup back: belfry restore.");
    report.summary = directory->path() + " is whole: " + std::to_string(store.entries) + " entries, " +
                     std::to_string(store.accounts) + " accounts, schema " + std::to_string(store.schema) + ".";
    return report;
}

Result<CheckReport> checkBackupFile(const std::string& file)
{
    // An ordinary file first: opening another kind could wait for ever.
    QFile backup(QString::fromStdString(file));
    if (!QFileInfo(backup).isFile() || !backup.open(QIODevice::ReadOnly | QIODevice::Unbuffered))
        return failure(500, "file_failed",
                       file + " can't be read: " +
                           (backup.exists() && backup.error() == QFileDevice::NoError ? "it is no ordinary file"
                            : backup.exists() ? backup.errorString().toStdString()
                                              : "there is no such file") +
                           ".");
    CheckReport report;
    if (!backup.read(16).startsWith("SQLite format 3")) {
        report.faults.push_back(file + " is no backup made by belfry backup.");
        return report;
    }
    if (backup.permissions() & others)
        report.faults.push_back(file + " is open to others: whoever reads it can sign in as anybody.");
    const CheckedStore store = checkBackup(placeOfHanded(backup.handle()), file);
    report.faults.insert(report.faults.end(), store.faults.begin(), store.faults.end());
    report.summary = file + " is a whole backup: " + std::to_string(store.entries) + " entries, " +
                     std::to_string(store.accounts) + " accounts, schema " + std::to_string(store.schema) + ".";
    return report;
}

} // namespace belfry::server
