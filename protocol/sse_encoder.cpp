// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/sse_encoder.h"

#include "protocol/json.h"

#include <array>
#include <charconv>

namespace belfry {

void appendSseEvent(std::string& out, Seq id, std::string_view data)
{
    out.append("data: ").append(data).append("\nid: ").append(std::to_string(id)).append("\n\n");
}

std::string_view ssePing()
{
    return "event: ping\ndata: {\"type\":\"ping\"}\n\n";
}

std::string sseCaughtUp(Seq upTo)
{
    std::string block("event: ping\n");
    appendSseEvent(block, upTo, pingEvent());
    return block;
}

std::string sseRetry(int milliseconds)
{
    return "retry: " + std::to_string(milliseconds) + "\n";
}

std::string chunk(std::string_view bytes)
{
    std::array<char, 16> size{};
    const auto end = std::to_chars(size.data(), size.data() + size.size(), bytes.size(), 16).ptr;
    std::string framed(size.data(), end);
    framed.append("\r\n").append(bytes).append("\r\n");
    return framed;
}

} // namespace belfry
