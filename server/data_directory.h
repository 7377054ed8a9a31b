// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/result.h"

#include <string>

namespace belfry::server {

/// The directory that holds one server's store, keys and control socket (protocol.md, "The data directory").
///
/// Opened once; everything in it is reached by its descriptor, so that nobody can put another in its place. Whoever
/// holds its kernel lock is the one server (or command) that works on it. Owns the descriptor; closing it gives up the
/// lock. Thread: any, one at a time.
class DataDirectory
{
public:
    enum class Owner {
        Required, ///< the directory must be the caller's own
        Become,   ///< as Required; but root turns into the owner of a directory that is somebody else's
    };

    enum class Missing {
        Make,   ///< the directory and those above it are made, and are on disk when open() returns
        Refuse, ///< for what only looks: 404 `no_store`
    };

    /// Opens the directory. Refuses in one sentence, unchanged: a link, a file, somebody else's, and one that holds
    /// anything but a Belfry store.
    static Result<DataDirectory> open(const std::string& path, Owner owner, Missing missing = Missing::Make);

    DataDirectory(DataDirectory&& other) noexcept;
    DataDirectory& operator=(DataDirectory&& other) noexcept;
    ~DataDirectory();

    int descriptor() const { return m_descriptor; }
    const std::string& path() const { return m_path; }
    /// Nothing is in it yet.
    bool isEmpty() const { return m_contents.isEmpty; }
    /// It held a store when it was opened.
    bool hasStore() const { return m_contents.hasStore; }
    /// The sentence for a directory in which there is none: 404 `no_store`.
    static tl::unexpected<Error> withoutStore(const std::string& path);

    /// Takes the lock, without waiting. 409 `in_use` where another process holds it.
    Result<void> lock();
    /// Takes away everybody else's rights: 0700, and 0600 for each file in it. Says in the log what was open to others.
    Result<void> tighten();
    /// The sentence for a directory that can't be used.
    static tl::unexpected<Error> refused(const std::string& path, const std::string& why);
    /// How a local socket in it is reached: short enough for any length of the directory's own path.
    std::string reach(const std::string& name) const;

private:
    struct Contents
    {
        bool isEmpty = true;
        bool hasStore = false; ///< a `belfry.db` with something in it
        std::string foreign;   ///< a name that is none of ours
    };

    DataDirectory(int descriptor, std::string path) : m_descriptor(descriptor), m_path(std::move(path)) {}
    static Result<Contents> contents(int directory, const std::string& path);

    static void close(int descriptor);

    int m_descriptor = -1;
    std::string m_path;
    Contents m_contents;
};

/// `$BELFRY_DATA`, or `$STATE_DIRECTORY` under systemd, or `$XDG_DATA_HOME/belfry/server`, or that in HOME's
/// `.local/share`. Empty where none of them is set: DataDirectory::open() refuses that, and nothing is made anywhere.
std::string defaultDataDirectory();

} // namespace belfry::server
