// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/result.h"

#include <string>

namespace belfry::server {

/// A file that is being made, with the rights of whoever makes it: it gets its name when it is whole and on disk. Until
/// then it has none, or, where the file system cannot do that, one that goes with this object and with an end by a
/// signal. One file a platform. Thread: one; one at a time. Blocks.
class NewFile
{
public:
    /// In the directory of `path`, 0600, empty.
    static Result<NewFile> make(const std::string& path);
    NewFile(NewFile&& other) noexcept;
    NewFile& operator=(NewFile&&) = delete;
    ~NewFile();

    int descriptor() const { return m_descriptor; }
    /// Syncs it, names it, syncs the name. @param mayReplace  false: 409 where there is one of that name
    Result<void> giveName(bool mayReplace);

private:
    NewFile(int directory, int descriptor, std::string path, std::string passing)
        : m_directory(directory), m_descriptor(descriptor), m_path(std::move(path)), m_passing(std::move(passing))
    {
    }
    int m_directory, m_descriptor;
    std::string m_path;
    std::string m_passing; ///< its name until then, where it has one
};

} // namespace belfry::server
