// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/sse_encoder.h"
#include "server/net/http_connection.h"
#include "server/net/http_connection_parts.h"
#include "server/net/request_reader.h"

namespace belfry::server {

namespace {

using namespace std::chrono_literals;

/// Draining lets the peer read the answer before the connection goes (RFC 9112 §9.6), within these bounds.
constexpr std::chrono::seconds drainPause = 2s;
constexpr std::uint32_t drainSeconds = 10;
constexpr std::uint32_t maxDrainedBytes = 64 * 1024 * 1024;
constexpr int maxReadsPerTurn = 8;

} // namespace

void HttpConnection::armWrite()
{
    if (m_isWriteArmed || m_state == State::Closed)
        return;
    m_isWriteArmed = true;
    m_socket.async_wait(
        Socket::wait_write,
        m_loop.recycling([&loop = m_loop, id = m_id](const boost::system::error_code&) { loop.ready(id, true); }));
}

void HttpConnection::becameWritable()
{
    m_isWriteArmed = false;
    const bool readGoesOn = m_readAwaitsRoom && !m_isReadArmed;
    m_readAwaitsRoom = false;
    if (readGoesOn)
        becameReadable();
    if (m_state == State::Streaming)
        m_loop.shard().writable(m_stream);
    else if (m_state == State::Writing)
        flush();
    else if (m_state == State::Draining)
        endWriting();
}

void HttpConnection::answer(std::uint64_t request, Response response)
{
    if (m_state == State::Busy && request == m_requests)
        respond(std::move(response));
}

void HttpConnection::respond(Response response)
{
    AnswerFraming& framing = m_answering->framing;
    const bool isOpenEnded = response.more && framing.minorVersion < 1;
    if (response.closesConnection || isOpenEnded || m_loop.surroundings().isStopping.load(std::memory_order_relaxed))
        framing.keepsAlive = false;
    m_answering->status = response.status;
    m_answering->bodyBytes = response.body.size();
    m_output = std::make_unique<Output>();
    m_output->bytes = writeResponse(response, framing, m_loop.surroundings().log, m_loop.date());
    if (!framing.answersHead && hasBody(response.status)) {
        m_output->isChunked = response.more && framing.minorVersion >= 1;
        m_output->more = std::move(response.more);
    }
    m_state = State::Writing;
    m_loop.wheel().cancel(*this);
    flush();
}

void HttpConnection::startStream(std::uint64_t request, StreamOpening opening)
{
    if (m_state != State::Busy || request != m_requests)
        return;
    m_isChunkedStream = m_answering->framing.minorVersion >= 1;
    m_answering->framing.keepsAlive = false;
    m_answering->status = 200;
    m_output = std::make_unique<Output>();
    m_output->bytes = writeStreamHead(opening.fields, m_loop.surroundings().log, m_isChunkedStream, m_loop.date());
    m_output->opening = std::make_unique<StreamOpening>(std::move(opening));
    m_state = State::Writing;
    m_loop.wheel().cancel(*this);
    flush();
}

void HttpConnection::flush()
{
    if (!m_output->rest().empty()) {
        const Wire::Transfer sent = m_wire.write(m_output->rest());
        m_output->written += sent.bytes;
        switch (sent.status) {
        case Wire::Status::Done:
            break;
        case Wire::Status::WantRead:
            armRead();
            [[fallthrough]];
        case Wire::Status::WantWrite:
            if (sent.bytes > 0 || !m_isWriteArmed)
                schedule(m_loop.surroundings().settings.stallTime);
            armWrite();
            return;
        case Wire::Status::Ended:
        case Wire::Status::Failed:
            drop();
            return;
        }
    }
    if (m_output->opening)
        openStream();
    else if (m_output->more)
        askForMore();
    else
        answerWritten();
}

void HttpConnection::askForMore()
{
    m_output->bytes.clear();
    m_output->written = 0;
    m_loop.wheel().cancel(*this); // the store's turn, not the reader's
    armRead();
    m_output->more(Reply<BodyPart>{&m_loop, [&loop = m_loop, id = m_id, request = m_requests](Result<BodyPart> part) {
                                       if (HttpConnection* connection = loop.find(id))
                                           connection->partArrived(request, std::move(part));
                                   }});
}

void HttpConnection::partArrived(std::uint64_t request, Result<BodyPart> part)
{
    if (m_state != State::Writing || request != m_requests || !m_output || !m_output->more)
        return;
    if (!part) {
        drop(); // half an answer must not look like a whole one
        return;
    }
    m_loop.wheel().cancel(*this); // the reader's turn: its deadline is the stall's
    m_answering->bodyBytes += part->bytes.size();
    m_output->written = 0;
    if (!m_output->isChunked) {
        m_output->bytes = std::move(part->bytes);
    } else {
        m_output->bytes = part->bytes.empty() ? std::string() : chunk(part->bytes);
        if (part->isLast)
            m_output->bytes += lastChunk;
    }
    if (part->isLast)
        m_output->more = nullptr;
    flush();
}

void HttpConnection::answerWritten()
{
    m_output.reset();
    bool keepsAlive = false;
    if (m_answering) { // none after a stream
        keepsAlive = m_answering->framing.keepsAlive;
        m_loop.surroundings().handler.finished(m_answering->line, m_answering->status, m_answering->bodyBytes);
        m_answering.reset();
    }
    if (!keepsAlive) {
        startDraining();
        return;
    }
    m_state = State::Head;
    if (m_isProcessing)
        return; // process() goes on by itself
    if (m_surplus)
        resume();
    else if (m_loop.isFinishing())
        drop();
    else
        settle({});
}

void HttpConnection::openStream()
{
    const std::unique_ptr<StreamOpening> opening = std::move(m_output->opening);
    m_loop.surroundings().handler.finished(m_answering->line, 200, 0);
    m_output.reset();
    m_answering.reset();
    m_surplus.reset();
    if (m_loop.isFinishing()) {
        drop();
        return;
    }
    m_loop.wheel().cancel(*this);
    m_state = State::Streaming;
    m_loop.countStream(1);
    m_streamPlace = std::move(opening->place);
    m_stream = m_loop.shard().open(*this, *opening, m_isChunkedStream);
    armRead();
}

Sink::Written HttpConnection::written(const Wire::Transfer& sent)
{
    switch (sent.status) {
    case Wire::Status::Done:
        return {Status::Taken, sent.bytes};
    case Wire::Status::WantRead:
    case Wire::Status::WantWrite:
        return {Status::Blocked, sent.bytes};
    case Wire::Status::Ended:
    case Wire::Status::Failed:
        break;
    }
    m_loop.markBroken(m_id);
    return {Status::Failed, 0};
}

void HttpConnection::closeStream(bool orderly)
{
    if (m_state != State::Streaming)
        return;
    m_stream = 0;
    m_streamPlace.reset();
    m_loop.countStream(-1);
    m_state = State::Writing;
    if (!orderly) {
        drop();
        return;
    }
    m_output = std::make_unique<Output>();
    if (m_isChunkedStream)
        m_output->bytes = lastChunk;
    flush();
}

void HttpConnection::startDraining()
{
    m_state = State::Draining;
    m_surplus.reset();
    m_reader.reset();
    m_discarded = 0;
    m_since = m_loop.seconds();
    schedule(drainPause);
    endWriting();
    if (m_state == State::Draining)
        armRead();
}

void HttpConnection::endWriting()
{
    if (m_wire.endWriting() == Wire::Status::WantWrite)
        armWrite();
    else if (m_loop.isFinishing())
        readDraining();
}

void HttpConnection::readDraining()
{
    for (int turn = 0; turn < maxReadsPerTurn; ++turn) {
        const Wire::Transfer got = m_wire.discard(m_loop.buffer());
        if (got.status == Wire::Status::Ended || got.status == Wire::Status::Failed) {
            drop();
            return;
        }
        if (got.status != Wire::Status::Done) {
            if (m_loop.isFinishing() && !m_isWriteArmed) {
                drop(); // nothing unread is left: closing loses no byte of the answer
                return;
            }
            break;
        }
        m_discarded += static_cast<std::uint32_t>(got.bytes);
        if (m_discarded > maxDrainedBytes || m_loop.seconds() - m_since > drainSeconds) {
            drop();
            return;
        }
        schedule(drainPause);
    }
    armRead();
}

void HttpConnection::drop()
{
    if (m_state == State::Closed)
        return;
    if (m_state == State::Streaming) {
        m_loop.countStream(-1);
        m_loop.shard().forget(m_stream);
    }
    m_state = State::Closed;
    if (m_answering && m_answering->hasLeft)
        *m_answering->hasLeft = true;
    leaveWaitingRoom();
    m_loop.remove(m_id);
}

void HttpConnection::displace()
{
    if (m_place)
        drop();
}

void HttpConnection::detach()
{
    if (m_state == State::Streaming)
        m_loop.shard().forget(m_stream);
    m_state = State::Closed;
}

} // namespace belfry::server
