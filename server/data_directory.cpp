// SPDX-License-Identifier: GPL-3.0-or-later
// What is the same on every system; the rest is in data_directory_unix.cpp and data_directory_windows.cpp.
#include "server/data_directory.h"

#include <utility>

namespace belfry::server {

DataDirectory::DataDirectory(DataDirectory&& other) noexcept
    : m_descriptor(std::exchange(other.m_descriptor, -1)), m_path(std::move(other.m_path)),
      m_contents(std::move(other.m_contents))
{
}

DataDirectory& DataDirectory::operator=(DataDirectory&& other) noexcept
{
    std::swap(m_descriptor, other.m_descriptor);
    std::swap(m_path, other.m_path);
    std::swap(m_contents, other.m_contents);
    return *this;
}

DataDirectory::~DataDirectory()
{
    if (m_descriptor >= 0)
        close(m_descriptor);
}

tl::unexpected<Error> DataDirectory::refused(const std::string& path, const std::string& why)
{
    return failure(500, "data_directory", "The data directory " + path + " can't be used: " + why + ".");
}

tl::unexpected<Error> DataDirectory::withoutStore(const std::string& path)
{
    return failure(404, "no_store", "There is no Belfry store in " + path + ".");
}

} // namespace belfry::server
