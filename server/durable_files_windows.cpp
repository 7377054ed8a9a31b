// SPDX-License-Identifier: GPL-3.0-or-later
// Not run yet on Windows; see docs/ARCHITECTURE.md.
#include "server/durable_files.h"

#include <io.h>
#include <windows.h>

namespace belfry::server {

namespace {

QString native(const std::string& path)
{
    return QString::fromStdString(path);
}

tl::unexpected<Error> fault(const std::string& path)
{
    const DWORD error = ::GetLastError();
    if (error == ERROR_ALREADY_EXISTS || error == ERROR_FILE_EXISTS)
        return failure(409, "file_exists", path + " is there already.");
    return failure(error == ERROR_DISK_FULL ? 507 : 500, "file_failed", path + " can't be written.");
}

} // namespace

Result<void> copyToNewFile(QFile& from, const std::string& to)
{
    QFile file(native(to));
    if (!file.open(QIODevice::WriteOnly | QIODevice::NewOnly))
        return fault(to);
    for (QByteArray piece = from.read(1024 * 1024); !piece.isEmpty(); piece = from.read(1024 * 1024)) {
        if (file.write(piece) != piece.size()) {
            file.remove();
            return fault(to);
        }
    }
    if (from.error() == QFileDevice::NoError && file.flush() && ::_commit(file.handle()) == 0)
        return {};
    file.remove();
    return fault(to);
}

Result<void> giveName(const std::string& from, const std::string& to, bool mayReplace)
{
    const DWORD how = MOVEFILE_WRITE_THROUGH | (mayReplace ? MOVEFILE_REPLACE_EXISTING : 0);
    if (::MoveFileExW(native(from).toStdWString().c_str(), native(to).toStdWString().c_str(), how))
        return {};
    return fault(to);
}

Result<void> keepUnder(const std::string& file, const std::string& name)
{
    if (::CreateHardLinkW(native(name).toStdWString().c_str(), native(file).toStdWString().c_str(), nullptr))
        return {};
    return fault(name);
}

bool keepRoom(const std::string& path, std::int64_t bytes)
{
    QFile file(native(path));
    return file.open(QIODevice::ReadWrite) && file.resize(bytes);
}

void removeFile(const std::string& path)
{
    QFile::remove(native(path));
}

} // namespace belfry::server
