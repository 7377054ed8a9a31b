// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/database.h"

#include <QFile>
#include <QFileInfo>

namespace belfry::server {

Result<DatabasePlace> placeDatabase(int, const std::string& directoryPath)
{
    const std::string path = directoryPath + "/belfry.db";
    for (const char* ending : {"", "-wal", "-shm"}) {
        const QFileInfo info(QString::fromStdString(path + ending));
        if (info.isSymLink() || (info.exists() && !info.isFile())) {
            return failure(500, "store_failed", path + ending + " is not an ordinary file.");
        }
    }
    QFile file(QString::fromStdString(path));
    if (!file.open(QIODevice::ReadWrite)) {
        return failure(500, "store_failed",
                       "The store in " + directoryPath + " cannot be opened: " + file.errorString().toStdString() +
                           ".");
    }
    file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner);
    return DatabasePlace{path, nullptr};
}

DatabasePlace placeOf(int /*directory*/, const std::string& directoryPath, const std::string& name)
{
    return {directoryPath + '/' + name, nullptr};
}

Result<DatabasePlace> placeNewFile(int directory, const std::string& directoryPath, const std::string& name)
{
    const DatabasePlace place = placeOf(directory, directoryPath, name);
    QFile file(QString::fromStdString(place.path));
    if (!file.open(QIODevice::ReadWrite | QIODevice::NewOnly)) {
        return failure(file.exists() ? 409 : 500, "store_failed",
                       name + " in " + directoryPath + " cannot be made: " + file.errorString().toStdString() + ".");
    }
    file.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
    return place;
}

} // namespace belfry::server
