// SPDX-License-Identifier: GPL-3.0-or-later
// Not run yet on Windows; see docs/ARCHITECTURE.md.
#include "server/data_directory.h"

#include <fcntl.h>
#include <io.h>
#include <sddl.h>
#include <share.h>
#include <sys/stat.h>
#include <windows.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <utility>

namespace belfry::server {

namespace {

constexpr std::string_view lockName = "lock";

std::filesystem::path native(const std::string& utf8)
{
    return std::filesystem::path(std::u8string(utf8.begin(), utf8.end()));
}

bool isOurs(const std::string& name)
{
    static constexpr std::array<std::string_view, 8> others{lockName,  "control.sock", "signing.key", "signing.key.new",
                                                            "tls.key", "tls.key.new",  "tls.crt",     "tls.crt.new"};
    return name.starts_with("belfry.db") || std::find(others.begin(), others.end(), name) != others.end();
}

} // namespace

Result<DataDirectory> DataDirectory::open(const std::string& path, Owner, Missing missing)
{
    if (path.empty())
        return failure(400, "data_directory", "Say where the data directory is: --data DIR.");
    std::error_code error;
    const std::filesystem::path directory = std::filesystem::absolute(native(path), error);
    if (missing == Missing::Refuse && !std::filesystem::exists(directory, error))
        return DataDirectory::withoutStore(path);
    std::filesystem::create_directories(directory, error);
    const DWORD attributes = ::GetFileAttributesW(directory.c_str());
    if (attributes == INVALID_FILE_ATTRIBUTES)
        return DataDirectory::refused(path, "it can't be made");
    if (!(attributes & FILE_ATTRIBUTE_DIRECTORY) || (attributes & FILE_ATTRIBUTE_REPARSE_POINT))
        return DataDirectory::refused(path, "it is no real directory");
    Contents found;
    for (const auto& entry : std::filesystem::directory_iterator(directory, error)) {
        const std::string name = entry.path().filename().string();
        found.isEmpty = false;
        found.hasStore = found.hasStore || (name == "belfry.db" && entry.file_size(error) > 0);
        if (!isOurs(name))
            found.foreign = name;
    }
    if (error)
        return DataDirectory::refused(path, error.message());
    if (!found.hasStore && !found.foreign.empty())
        return DataDirectory::refused(path, "it holds something else (" + found.foreign + ")");
    const auto absolute = directory.u8string();
    DataDirectory opened(-1, std::string(absolute.begin(), absolute.end()));
    opened.m_contents = std::move(found);
    return opened;
}

void DataDirectory::close(int descriptor)
{
    ::_close(descriptor);
}

/// A file that nobody else may open while it is open here.
Result<void> DataDirectory::lock()
{
    const auto file = native(m_path) / std::string(lockName);
    const errno_t error =
        ::_wsopen_s(&m_descriptor, file.c_str(), _O_RDWR | _O_CREAT | _O_NOINHERIT, _SH_DENYRW, _S_IREAD | _S_IWRITE);
    if (error == 0)
        return {};
    m_descriptor = -1;
    if (error == EACCES)
        return failure(409, "in_use", "The data directory " + m_path + " is in use by another server.");
    return DataDirectory::refused(m_path, std::generic_category().message(error));
}

/// Full access for the owner, the system and administrators; nobody else, and nothing inherited.
Result<void> DataDirectory::tighten()
{
    PSECURITY_DESCRIPTOR security = nullptr;
    if (!::ConvertStringSecurityDescriptorToSecurityDescriptorW(L"D:P(A;OICI;FA;;;OW)(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)",
                                                                SDDL_REVISION_1, &security, nullptr))
        return DataDirectory::refused(m_path, "its access list can't be made");
    const bool isSet = ::SetFileSecurityW(native(m_path).c_str(),
                                          DACL_SECURITY_INFORMATION | PROTECTED_DACL_SECURITY_INFORMATION, security);
    ::LocalFree(security);
    if (!isSet)
        return DataDirectory::refused(m_path, "its access list can't be set");
    return {};
}

std::string DataDirectory::reach(const std::string& name) const
{
    return m_path + "/" + name;
}

std::string defaultDataDirectory()
{
    if (const char* chosen = std::getenv("BELFRY_DATA"); chosen && *chosen)
        return chosen;
    const char* local = std::getenv("LOCALAPPDATA");
    return local && *local ? std::string(local) + "/belfry/server" : std::string();
}

} // namespace belfry::server
