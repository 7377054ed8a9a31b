// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/auth/key_file.h"

#include <QFile>
#include <QFileInfo>
#include <QSaveFile>
#include <QString>

namespace belfry::server {

namespace {

QString filePath(const std::string& path, const std::string& name)
{
    return QString::fromStdString(path + "/" + name);
}

tl::unexpected<Error> fault(const std::string& path, const std::string& name, std::string_view what)
{
    return failure(500, "key_file", path + "/" + name + " " + std::string(what));
}

} // namespace

// The access list of the data directory, which only its owner may enter, is what protects the file here.

Result<std::optional<std::string>> readKeyFile(int /*directory*/, const std::string& path, const std::string& name,
                                               std::size_t limitBytes)
{
    const QFileInfo place(filePath(path, name));
    if (place.isSymLink())
        return fault(path, name, "is a link; it must be a file of its own.");
    if (!place.exists())
        return std::nullopt;
    QFile file(place.filePath());
    if (!place.isFile() || !file.open(QIODevice::ReadOnly))
        return fault(path, name, "cannot be read.");
    const QByteArray bytes = file.read(static_cast<qint64>(limitBytes) + 1);
    if (static_cast<std::size_t>(bytes.size()) > limitBytes)
        return fault(path, name, "is longer than it should be.");
    return bytes.toStdString();
}

Result<void> writeKeyFile(int /*directory*/, const std::string& path, const std::string& name, std::string_view bytes)
{
    QSaveFile file(filePath(path, name));
    if (!file.open(QIODevice::WriteOnly) ||
        file.write(bytes.data(), static_cast<qint64>(bytes.size())) != static_cast<qint64>(bytes.size()) ||
        !file.commit())
        return fault(path, name, "cannot be written.");
    return {};
}

} // namespace belfry::server
