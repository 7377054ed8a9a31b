// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/result.h"
#include "server/data_directory.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace belfry::server {

/// One connection over the control socket. Blocks; for threads that may. Closed when it goes.
class LocalConnection
{
public:
    explicit LocalConnection(int descriptor) : m_descriptor(descriptor) {}
    LocalConnection(LocalConnection&& other) noexcept;
    LocalConnection& operator=(LocalConnection&&) = delete;
    ~LocalConnection();

    /// Up to the newline, without it; nothing where the other end closed, was too slow or said more than 1 MiB.
    std::optional<std::string> readLine(std::chrono::milliseconds patience);
    bool writeLine(std::string_view line);

private:
    int m_descriptor;
};

/// The socket in a data directory that the server listens at: reached by the directory's descriptor, open to the
/// directory's owner and root alone, on both ends (the peer's uid is asked of the kernel).
class LocalListener
{
public:
    /// Takes the place of a socket that an earlier server left; the caller holds the directory's lock.
    static Result<std::unique_ptr<LocalListener>> listen(const DataDirectory& directory, const std::string& name);
    ~LocalListener();

    /// Waits for the next caller. Nothing once wake() was called.
    std::optional<LocalConnection> accept();
    /// Ends accept(), from any thread, for good.
    void wake();

private:
    LocalListener(int descriptor, int wakeRead, int wakeWrite, std::string path)
        : m_descriptor(descriptor), m_wakeRead(wakeRead), m_wakeWrite(wakeWrite), m_path(std::move(path))
    {
    }
    int m_descriptor, m_wakeRead, m_wakeWrite;
    std::string m_path;
};

/// Connects to the server of a data directory; nothing where none listens (yet).
std::optional<LocalConnection> connectLocal(const DataDirectory& directory, const std::string& name);

} // namespace belfry::server
