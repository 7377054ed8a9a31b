// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/notification.h"
#include "protocol/result.h"
#include "server/net/head_parser.h"
#include "server/net/head_scanner.h"
#include "server/net/request.h"

#include <memory>
#include <string>
#include <string_view>

namespace belfry::server {

class ChunkedBody;

/// One request out of a connection's bytes, however they are cut. Exists only while a request is incomplete.
///
/// Thread: one. Never throws. Holds at most a head, a body (each within its limit) and one unfinished chunk header.
class RequestReader
{
public:
    enum class Step { NeedMore, Head, Whole };

    explicit RequestReader(std::size_t maxHeadBytes = HeadScanner::defaultHeadBytes,
                           std::size_t maxBodyBytes = limits::bodyBytes);
    ~RequestReader();

    /// Takes from the front of `input` what belongs to this request. Head comes once, when the head is complete; it is
    /// to be called again then, for the body. After Whole or an error nothing more is to be called but the accessors.
    /// @return 400, 413 (the body outgrew its limit), 414, 431, 501 or 505 where the framing or its size is at fault
    Result<Step> take(std::string_view& input);

    bool hasHead() const { return m_hasHead; }
    ParsedHead& parsed() { return m_parsed; }
    std::string takeBody() { return std::move(m_body); }

private:
    Result<Step> takeHead(std::string_view& input);
    Result<Step> takeBodyBytes(std::string_view& input);

    std::string m_buffer; // an unfinished head
    HeadScanner m_scanner;
    std::size_t m_maxBodyBytes;
    bool m_hasHead = false;
    ParsedHead m_parsed;
    std::string m_body;
    std::unique_ptr<ChunkedBody> m_chunked;
};

} // namespace belfry::server
