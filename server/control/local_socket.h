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

/// One connection over the control socket. Blocks, never beyond its patience; for threads that may. Closed when it
/// goes.
class LocalConnection
{
public:
    /// @param wake  readable once nothing is to be waited for any more; stays its owner's. -1: none
    explicit LocalConnection(int descriptor, int wake = -1) : m_descriptor(descriptor), m_wake(wake) {}
    LocalConnection(LocalConnection&& other) noexcept;
    LocalConnection& operator=(LocalConnection&&) = delete;
    ~LocalConnection();

    /// Up to the newline, without it; nothing where the other end closed, was too slow or said more than 1 MiB.
    std::optional<std::string> readLine(std::chrono::milliseconds patience);
    /// @param file  an open file to be handed over with it, which the other end has with the rights with which it was
    ///              opened; -1: none
    /// @return false where the other end closed or did not take it all in that time, or the system hands over no files.
    bool writeLine(std::string_view line, std::chrono::milliseconds patience, int file = -1);
    /// The file that came with what was read; -1 where none did. The caller closes it.
    int takeFile();
    /// Whether the other end has closed. Does not wait.
    bool isGone() const;

private:
    using Deadline = std::chrono::steady_clock::time_point;
    bool await(short what, Deadline deadline) const;

    int m_descriptor;
    int m_wake;
    int m_file = -1;
    std::string m_read; ///< beyond the last line
};

/// The socket in a data directory that the server listens at: reached by the directory's descriptor, open to the
/// directory's owner and root alone, on both ends (the peer's uid is asked of the kernel).
class LocalListener
{
public:
    /// Takes the place of a socket that an earlier server left; the caller holds the directory's lock.
    static Result<std::unique_ptr<LocalListener>> listen(const DataDirectory& directory, const std::string& name);
    ~LocalListener();

    /// Waits for the next caller. Nothing once wake() was called. What it returns must not outlive this.
    std::optional<LocalConnection> accept();
    /// Ends accept(), and what accepted connections wait for, from any thread, for good.
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
