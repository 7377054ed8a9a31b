// SPDX-License-Identifier: GPL-3.0-or-later
// Not run yet on Windows; see docs/ARCHITECTURE.md.
#include "server/durable_files.h"
#include "server/new_file.h"
#include "server/store/database.h"

#include <fcntl.h>
#include <io.h>
#include <share.h>
#include <sys/stat.h>

#include <utility>

namespace belfry::server {

Result<NewFile> NewFile::make(const std::string& path)
{
    const std::string passing = path + ".part-" + newUuid();
    int descriptor = -1;
    ::_wsopen_s(&descriptor, QString::fromStdString(passing).toStdWString().c_str(),
                _O_RDWR | _O_CREAT | _O_EXCL | _O_BINARY | _O_NOINHERIT, _SH_DENYNO, _S_IREAD | _S_IWRITE);
    if (descriptor < 0)
        return failure(500, "file_failed", path + " can't be written.");
    return NewFile(-1, descriptor, path, passing);
}

NewFile::NewFile(NewFile&& other) noexcept
    : m_directory(std::exchange(other.m_directory, -1)), m_descriptor(std::exchange(other.m_descriptor, -1)),
      m_path(std::move(other.m_path)), m_passing(std::exchange(other.m_passing, {}))
{
}

NewFile::~NewFile()
{
    if (m_descriptor >= 0)
        ::_close(m_descriptor);
    if (!m_passing.empty())
        removeFile(m_passing);
}

Result<void> NewFile::giveName(bool mayReplace)
{
    const int descriptor = std::exchange(m_descriptor, -1);
    const bool isOnDisk = ::_commit(descriptor) == 0;
    if (::_close(descriptor) != 0 || !isOnDisk)
        return failure(500, "file_failed", m_path + " can't be written.");
    auto named = server::giveName(m_passing, m_path, mayReplace);
    if (named)
        m_passing.clear();
    return named;
}

} // namespace belfry::server
