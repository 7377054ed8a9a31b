// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/request_reader.h"

#include "server/net/chunked_body.h"

#include <algorithm>

namespace belfry::server {

RequestReader::RequestReader(std::size_t maxHeadBytes, std::size_t maxBodyBytes)
    : m_scanner(maxHeadBytes), m_maxBodyBytes(maxBodyBytes)
{
}
RequestReader::~RequestReader() = default;

Result<RequestReader::Step> RequestReader::take(std::string_view& input)
{
    return m_hasHead ? takeBodyBytes(input) : takeHead(input);
}

Result<RequestReader::Step> RequestReader::takeHead(std::string_view& input)
{
    const std::size_t before = m_buffer.size();
    if (before > 0)
        m_buffer.append(input);
    const std::string_view bytes = before > 0 ? std::string_view(m_buffer) : input;
    const Result<std::size_t> end = m_scanner.scan(bytes);
    if (!end)
        return tl::unexpected(end.error());
    if (*end == 0) {
        if (before == 0)
            m_buffer.assign(input);
        input = {};
        return Step::NeedMore;
    }
    const std::size_t start = m_scanner.skippedBytes();
    Result<ParsedHead> parsed = parseHead(bytes.substr(start, *end - start));
    input.remove_prefix(*end - before);
    m_buffer = {};
    if (!parsed)
        return tl::unexpected(parsed.error());
    m_parsed = std::move(*parsed);
    m_hasHead = true;
    if (m_parsed.head.isChunked)
        m_chunked = std::make_unique<ChunkedBody>(m_maxBodyBytes);
    return Step::Head;
}

Result<RequestReader::Step> RequestReader::takeBodyBytes(std::string_view& input)
{
    if (m_chunked) {
        const Result<bool> isWhole = m_chunked->take(input);
        if (!isWhole)
            return tl::unexpected(isWhole.error());
        if (!*isWhole)
            return Step::NeedMore;
        m_body = m_chunked->takeBytes();
        return Step::Whole;
    }
    const std::size_t length = m_parsed.head.contentLength.value_or(0);
    if (length > m_maxBodyBytes)
        return tl::unexpected(bodyTooLarge(m_maxBodyBytes));
    const std::size_t taken = std::min(length - m_body.size(), input.size());
    m_body.append(input.substr(0, taken));
    input.remove_prefix(taken);
    return m_body.size() == length ? Step::Whole : Step::NeedMore;
}

} // namespace belfry::server
