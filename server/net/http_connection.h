// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/net/loop.h"
#include "server/net/wire.h"
#include "server/stream/sink.h"

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <memory>
#include <string>

namespace belfry::server {

class RequestReader;
struct ParsedHead;

/// One client's socket: requests in, answers or a stream out (engine.md, section 3).
///
/// Flat and small: what is only needed for a while (a request that is being read or answered, bytes that the kernel did
/// not take, surplus bytes) hangs on pointers that are empty while it is idle or a live stream. One request at a time.
/// Thread: its loop's. Owned by the loop, which destroys it at the end of the turn in which it was removed.
class HttpConnection final : public Sink, public DeadlineEntry
{
public:
    HttpConnection(Loop& loop, ConnectionId id, SocketHandle socket, const PeerAddress& peer,
                   WaitingRoom::Place* place);
    ~HttpConnection();

    /// Waits for the first request. @return false where the system cannot watch the socket.
    bool begin();
    /// There was no place for it: it gets 503.
    bool isOverLimit() const { return m_isOverLimit; }

    void becameReadable();
    void becameWritable();
    void deadlinePassed();
    /// Goes on with the surplus of a turn that was getting long.
    void resume();

    /// Answers the request of that number; ignored where it is no longer the one that waits.
    void answer(std::uint64_t request, Response response);
    void startStream(std::uint64_t request, StreamOpening opening);
    void partArrived(std::uint64_t request, Result<BodyPart> part);

    /// Shutdown: closes where nothing is under way; what is, ends by itself.
    void finish();
    /// Closes at once, whatever is under way.
    void drop();
    /// Makes room for another, unless it has shown a valid token by now.
    void displace();
    /// Forgets its stream without a word to anybody: the loop is going away.
    void detach();

    // Sink
    Written write(std::string_view bytes) override { return written(m_wire.write(bytes)); }
    std::optional<Parcel> pack(std::string_view bytes) override { return m_wire.pack(bytes); }
    Written finish(std::string_view bytes, std::size_t taken) override { return written(m_wire.finish(bytes, taken)); }
    std::size_t mustRepeat() const override { return m_wire.mustRepeat(); }
    void awaitWritable() override { armWrite(); }
    void closeStream(bool orderly) override;

private:
    enum class State : std::uint8_t { First, Handshake, Head, Body, Busy, Writing, Streaming, Draining, Closed };
    struct Answering; ///< the request that is being answered
    struct Output;    ///< what is still to be written
    using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, boost::asio::io_context::executor_type>;

    // beginning: plain or TLS (http_connection_begin.cpp)
    std::chrono::seconds firstTime(std::chrono::seconds time) const;
    void readFirst();
    bool mayShakeHands();
    void handshakeTimePassed();
    void shakeHands();

    // reading (http_connection.cpp)
    void armRead();
    void awaitRoomToRead();
    void process(std::string_view input);
    void headComplete(std::string_view& input);
    void requestComplete();
    void settle(std::string_view rest);
    void readRequest();
    void readNothing();
    void lookAtPeer();
    bool waitsForOthers() const;
    void readStream();
    void fail(const Error& error);
    void beginAnswering(const ParsedHead* parsed);

    // writing (http_connection_out.cpp)
    void armWrite();
    Written written(const Wire::Transfer& sent);
    void respond(Response response);
    void flush();
    void askForMore();
    void openStream();
    void answerWritten();
    void startDraining();
    void endWriting();
    void readDraining();
    void schedule(std::chrono::seconds time);
    void leaveWaitingRoom();

    Loop& m_loop;
    ConnectionId m_id;
    Socket m_socket;
    Wire m_wire;
    PeerAddress m_peer;
    WaitingRoom::Place* m_place; // until it has shown a valid token
    std::unique_ptr<RequestReader> m_reader;
    std::unique_ptr<std::string> m_surplus;
    std::unique_ptr<Answering> m_answering;
    std::unique_ptr<Output> m_output;
    StreamId m_stream = 0;
    std::unique_ptr<StreamPlaces::Place> m_streamPlace;
    std::uint32_t m_requests = 0;  // number of the one that is being answered
    std::uint32_t m_discarded = 0; // bytes nobody asked for: of a drained or streaming connection
    std::uint32_t m_since = 0;     // of the accept, or of the draining, in the loop's seconds; m_isQueued: used so far
    State m_state = State::First;
    bool m_isOverLimit : 1;
    bool m_isReadArmed : 1 = false;
    bool m_isWriteArmed : 1 = false;
    bool m_isProcessing : 1 = false;
    bool m_isChunkedStream : 1 = false;
    bool m_mustBeTls : 1 = false;      // by its local address
    bool m_readAwaitsRoom : 1 = false; // TLS: a read that has to write first
    bool m_isQueued : 1 = false;       // its handshake waits for others'
};

static_assert(sizeof(HttpConnection) <= 256, "a connection is to stay small (engine.md, section 3)");

} // namespace belfry::server
