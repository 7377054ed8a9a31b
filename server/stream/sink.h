// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/net/socket_calls.h"

#include <cstddef>
#include <optional>
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
    /// The first half of a write whose bytes go out together with others' (SendBatch): as they are, or encrypted.
    /// Nothing: they can only be written. What was packed is valid until finish(), which comes before anything else.
    virtual std::optional<Parcel> pack(std::string_view) { return std::nullopt; }
    /// The second half: writes what is left. As write(); needless where what was packed were the very bytes, and all
    /// were taken.
    /// @param bytes  those that were packed
    /// @param taken  how many the kernel took of what became of them
    virtual Written finish(std::string_view bytes, std::size_t taken) { return write(bytes.substr(taken)); }
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
