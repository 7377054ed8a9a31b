// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/sse_encoder.h"

#include <array>
#include <charconv>

namespace belfry {

void appendSseEvent(std::string& out, Seq id, std::string_view data)
{
    out.append("id: ").append(std::to_string(id)).append("\ndata: ").append(data).append("\n\n");
}

std::string_view ssePing()
{
    return "event: ping\ndata: {\"type\":\"ping\"}\n\n";
}

std::string sseRetry(int milliseconds)
{
    return "retry: " + std::to_string(milliseconds) + "\n\n";
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
