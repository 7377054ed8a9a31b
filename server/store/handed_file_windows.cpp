// SPDX-License-Identifier: GPL-3.0-or-later
// Not run yet on Windows; see docs/ARCHITECTURE.md. A file that is open is found by the name that the system knows it
// by: rights are the directory's there, and nobody becomes somebody else.
#include "server/store/handed_file.h"

#include <QString>

#include <io.h>
#include <windows.h>

#include <array>

namespace belfry::server {
namespace {

std::string nameOf(int descriptor)
{
    std::array<wchar_t, 4096> name{};
    const DWORD length = ::GetFinalPathNameByHandleW(reinterpret_cast<HANDLE>(::_get_osfhandle(descriptor)),
                                                     name.data(), DWORD(name.size()), FILE_NAME_NORMALIZED);
    return length < name.size() ? QString::fromWCharArray(name.data(), int(length)).toStdString() : std::string();
}

} // namespace

DatabasePlace placeOfHanded(int descriptor)
{
    return {nameOf(descriptor), nullptr};
}

std::string uriOfHanded(int descriptor)
{
    return nameOf(descriptor);
}

bool isEmptyFile(int descriptor)
{
    return ::GetFileType(reinterpret_cast<HANDLE>(::_get_osfhandle(descriptor))) == FILE_TYPE_DISK &&
           handedBytes(descriptor) == 0;
}

std::int64_t handedBytes(int descriptor)
{
    return ::_filelengthi64(descriptor);
}

} // namespace belfry::server
