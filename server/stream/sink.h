// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/net/socket_calls.h"

#include <cstddef>
#include <span>
#include <string_view>

namespace belfry::server {

/// What a stream writes to: its connection, plain or TLS. Thread: the loop's. Never throws, never blocks.
class Sink
{
public:
    enum class Status { Taken, Blocked, Failed };
    struct Written
    {
        Status status = Status::Taken;
        std::size_t bytes = 0; ///< how many were taken; less than given: Blocked
    };

    /// Hands bytes to the kernel. After Blocked under TLS the very same bytes must come first again, and at least as
    /// many
    /// (`mustRepeat`).
    virtual Written write(std::string_view bytes) = 0;
    /// What takes bytes as they are, past write(), so that they can go out together with others' (SendBatch); none
    /// where they have to be encrypted first. The same for as long as the stream lives.
    virtual SocketHandle plainSocket() const { return noSocket; }
    /// How many of the bytes last given are inside an unfinished TLS record and must be given again; 0 on plain.
    virtual std::size_t mustRepeat() const = 0;
    /// Calls back Shard::writable() once, when there is room again.
    virtual void awaitWritable() = 0;
    /// The stream is over: write the last chunk if the framing is whole (`orderly`), then close. The shard has already
    /// forgotten the stream.
    virtual void closeStream(bool orderly) = 0;

protected:
    ~Sink() = default;
};

} // namespace belfry::server
