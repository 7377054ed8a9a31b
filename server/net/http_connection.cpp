// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/http_connection.h"

#include "server/log.h"
#include "server/net/http_connection_parts.h"
#include "server/net/pending_exchange.h"
#include "server/net/request_reader.h"

#include <new>
#include <utility>

namespace belfry::server {

namespace {

using namespace std::chrono_literals;

/// A client that pipelines gets its turn like everybody else: what waits behind a crowd of them waits for so many each.
constexpr int maxRequestsPerTurn = 4;
/// So does who sends large ones. A record of TLS, which is always read whole, is no larger.
constexpr std::size_t maxBytesPerTurn = 16 * 1024;
/// A reader of a stream has nothing to say.
constexpr std::uint32_t maxBytesToStream = 64 * 1024;
constexpr std::uint32_t costOfNothing = 32;
/// How often it is asked whether a peer that has said something is still there, while it waits for its answer.
constexpr std::chrono::seconds lookAgain = 1s;

} // namespace

HttpConnection::HttpConnection(Loop& loop, ConnectionId id, SocketHandle socket, const PeerAddress& peer,
                               WaitingRoom::Place* place)
    : m_loop(loop), m_id(id), m_socket(loop.context()), m_wire(socket), m_peer(peer), m_place(place),
      m_isOverLimit(place == nullptr)
{
    boost::system::error_code error;
    // The protocol is only a label here: all that differs was settled when the socket was made.
    const auto protocol = peer.isIpv4() ? boost::asio::ip::tcp::v4() : boost::asio::ip::tcp::v6();
    m_socket.assign(protocol, static_cast<Socket::native_handle_type>(socket), error);
    if (error)
        sockets::close(socket);
}

HttpConnection::~HttpConnection()
{
    leaveWaitingRoom();
    boost::system::error_code error;
    if (m_socket.is_open())
        m_socket.close(error);
}

void HttpConnection::leaveWaitingRoom()
{
    if (!m_place)
        return;
    if (const auto next = m_loop.surroundings().waitingRoom.leave(std::exchange(m_place, nullptr)))
        next->loop->letShakeHands(next->id);
}

void HttpConnection::schedule(std::chrono::seconds time)
{
    m_loop.wheel().schedule(*this, static_cast<std::uint32_t>(std::max<std::chrono::seconds::rep>(time.count(), 0)));
}

void HttpConnection::armRead()
{
    if (m_isReadArmed || m_state == State::Closed)
        return;
    m_isReadArmed = true;
    m_socket.async_wait(
        Socket::wait_read,
        m_loop.recycling([&loop = m_loop, id = m_id](const boost::system::error_code&) { loop.ready(id, false); }));
}

/// TLS: the read goes on when there is room to write, whatever else waits for that.
void HttpConnection::awaitRoomToRead()
{
    m_readAwaitsRoom = true;
    armWrite();
}

void HttpConnection::becameReadable()
{
    m_isReadArmed = false;
    switch (m_state) {
    case State::First:
        readFirst();
        break;
    case State::Handshake:
        shakeHands();
        break;
    case State::Head:
    case State::Body:
        readRequest();
        break;
    case State::Busy:
    case State::Writing:
        readNothing();
        break;
    case State::Streaming:
        readStream();
        break;
    case State::Draining:
        readDraining();
        break;
    case State::Closed:
        break;
    }
}

void HttpConnection::readRequest()
{
    const Wire::Transfer got = m_wire.read(m_loop.buffer().first(maxBytesPerTurn));
    switch (got.status) {
    case Wire::Status::Done:
        process({m_loop.buffer().data(), got.bytes});
        break;
    case Wire::Status::WantRead:
        armRead();
        break;
    case Wire::Status::WantWrite:
        awaitRoomToRead();
        break;
    case Wire::Status::Ended:
        if (!m_reader)
            drop();
        else
            fail(Error{400, "malformed_request", "The connection ended in the middle of a request.", {}, 0});
        break;
    case Wire::Status::Failed:
        drop();
        break;
    }
}

/// While an answer is on its way nothing is read; only a peer that is gone is noticed. One that has said its last may
/// still want its answer (a half-closed connection), or have gone.
void HttpConnection::readNothing()
{
    char next = 0;
    const Wire::Status status = m_wire.peek(next);
    if (status == Wire::Status::Failed)
        drop();
    else if (status == Wire::Status::WantRead)
        armRead();
    else if (waitsForOthers())
        schedule(lookAgain); // the end may stand behind bytes, which are not read now
}

/// Nothing to read or write: somebody else works on the answer.
bool HttpConnection::waitsForOthers() const
{
    return m_state == State::Busy ||
           (m_state == State::Writing && m_output && m_output->more && m_output->rest().empty());
}

/// Whether somebody still waits for the answer. A peer that has closed looks like one that has only said its last,
/// until it is sent something: an interim answer (RFC 9110 §15.2), which a client that has gone answers with a reset.
void HttpConnection::lookAtPeer()
{
    const sockets::Presence presence = sockets::presence(static_cast<SocketHandle>(m_socket.native_handle()));
    if (presence == sockets::Presence::Gone)
        return drop();
    schedule(lookAgain);
    const bool mayProbe = m_state == State::Busy && m_answering->framing.minorVersion >= 1;
    if (presence == sockets::Presence::Here || !mayProbe || std::exchange(m_answering->wasProbed, true))
        return;
    static constexpr std::string_view wait = "HTTP/1.1 102 Processing\r\n\r\n";
    if (m_wire.write(wait).bytes != wait.size())
        drop();
}

void HttpConnection::readStream()
{
    const Wire::Transfer got = m_wire.read(m_loop.buffer());
    // TLS: what carries nothing costs work, too.
    m_discarded += got.bytes > 0 ? static_cast<std::uint32_t>(got.bytes) : costOfNothing;
    if (got.status == Wire::Status::Ended || got.status == Wire::Status::Failed || m_discarded > maxBytesToStream)
        drop();
    else if (got.status == Wire::Status::WantWrite)
        awaitRoomToRead();
    else
        armRead();
}

void HttpConnection::process(std::string_view input)
{
    m_isProcessing = true;
    int begun = 0;
    while (m_state == State::Head || m_state == State::Body) {
        if (!m_reader) {
            if (input.empty() || ++begun > maxRequestsPerTurn)
                break;
            const ServerLimits& limits = m_loop.surroundings().settings.limits;
            m_reader = std::make_unique<RequestReader>(limits.headerBytes, limits.bodyBytes);
            schedule(firstTime(limits.headerTime));
        }
        const Result<RequestReader::Step> step = m_reader->take(input);
        if (!step) {
            fail(step.error());
            break;
        }
        if (*step == RequestReader::Step::NeedMore)
            break;
        if (*step == RequestReader::Step::Head)
            headComplete(input);
        else
            requestComplete();
    }
    m_isProcessing = false;
    settle(input);
}

/// What is to happen after as much as possible was made of the bytes.
void HttpConnection::settle(std::string_view rest)
{
    switch (m_state) {
    case State::First:
    case State::Handshake:
        break;
    case State::Head:
        if (!rest.empty()) {
            m_surplus = std::make_unique<std::string>(rest);
            m_loop.post([&loop = m_loop, id = m_id] {
                if (HttpConnection* connection = loop.find(id))
                    connection->resume();
            });
            break;
        }
        if (!m_reader)
            schedule(m_loop.surroundings().settings.limits.idleTime);
        armRead();
        break;
    case State::Body:
        armRead();
        break;
    case State::Busy:
        armRead();
        [[fallthrough]];
    case State::Writing:
        if (!rest.empty())
            m_surplus = std::make_unique<std::string>(rest);
        break;
    case State::Streaming:
    case State::Draining:
    case State::Closed:
        break;
    }
}

void HttpConnection::resume()
{
    if (m_state != State::Head || m_isProcessing || !m_surplus)
        return;
    const std::unique_ptr<std::string> bytes = std::move(m_surplus);
    process(*bytes);
}

void HttpConnection::beginAnswering(const ParsedHead* parsed)
{
    ++m_requests;
    m_answering = std::make_unique<Answering>();
    if (!parsed) {
        m_answering->line.peerAddress = m_peer.text();
        m_answering->framing.keepsAlive = false;
        return;
    }
    const RequestHead& head = parsed->head;
    m_answering->line.method = head.method;
    m_answering->line.path = head.path;
    m_answering->line.minorVersion = head.minorVersion;
    m_answering->line.peerAddress = head.peerAddress;
    m_answering->line.isFromLoopback = head.isFromLoopback;
    m_answering->line.isTls = head.isTls;
    m_answering->line.requestId = head.requestId;
    m_answering->framing = {head.minorVersion, head.method == "HEAD", parsed->keepsAlive};
}

void HttpConnection::headComplete(std::string_view& input)
{
    LoopSurroundings& surroundings = m_loop.surroundings();
    ParsedHead& parsed = m_reader->parsed();
    RequestHead& head = parsed.head;
    head.peerAddress = m_peer.text();
    head.isFromLoopback = m_peer.isLoopback();
    head.isTls = m_wire.isTls();
    head.requestId = surroundings.requests.fetch_add(1, std::memory_order_relaxed) + 1;
    beginAnswering(&parsed);

    if (m_isOverLimit)
        return fail(Error{503, "too_many_connections", "The server has as many connections as it can hold.", {}, 5});
    if (surroundings.isStopping.load(std::memory_order_relaxed))
        return fail(Error{503, "stopping", "The server is stopping.", {}, 5});

    m_state = State::Body;
    HeadVerdict verdict = surroundings.handler.judgeHead(head);
    if (verdict.isSignedIn)
        leaveWaitingRoom();
    if (verdict.refusal) {
        // Answered at once; only a body that is all here lets the connection go on.
        const Result<RequestReader::Step> step =
            parsed.expectsContinue && head.hasBody() ? RequestReader::Step::NeedMore : m_reader->take(input);
        if (!step || *step != RequestReader::Step::Whole)
            m_answering->framing.keepsAlive = false;
        m_reader.reset();
        m_state = State::Busy;
        respond(std::move(*verdict.refusal));
        return;
    }
    schedule(surroundings.settings.limits.bodyTime);
    if (!parsed.expectsContinue || !head.hasBody() || !input.empty() ||
        head.contentLength.value_or(0) > surroundings.settings.limits.bodyBytes)
        return;
    static constexpr std::string_view goOn = "HTTP/1.1 100 Continue\r\n\r\n";
    const Wire::Transfer sent = m_wire.write(goOn);
    if (sent.bytes != goOn.size())
        drop(); // it asks for more while it has not even read the answers before
}

void HttpConnection::requestComplete()
{
    Request request{std::move(m_reader->parsed().head), m_reader->takeBody()};
    m_reader.reset();
    m_state = State::Busy;
    m_loop.wheel().cancel(*this);
    m_answering->hasLeft = std::make_shared<std::atomic<bool>>(false);
    auto exchange = std::make_shared<PendingExchange>(m_loop, m_id, m_requests, m_answering->hasLeft);
    try {
        m_loop.surroundings().handler.handle(std::move(request), std::move(exchange));
    } catch (const std::bad_alloc&) {
        // Whoever held the exchange is gone, and so it has answered 503.
        log(LogLevel::Error, "net", "a request was given up: there is not enough memory");
    }
}

/// What is wrong with the request itself: answered, and the connection closes, for nobody knows where the next one
/// begins.
void HttpConnection::fail(const Error& error)
{
    const bool hasHead = m_reader && m_reader->hasHead();
    RequestHead unknown;
    unknown.peerAddress = m_peer.text();
    const RequestHead& head = hasHead ? m_reader->parsed().head : unknown;
    if (!m_answering)
        beginAnswering(hasHead ? &m_reader->parsed() : nullptr);
    Response response = Response::error(error);
    for (auto& field : m_loop.surroundings().handler.fieldsForErrors(head))
        response.fields.push_back(std::move(field));
    response.closesConnection = true;
    m_reader.reset();
    m_state = State::Busy;
    respond(std::move(response));
}

void HttpConnection::deadlinePassed()
{
    const bool isReading = m_state == State::Head || m_state == State::Body;
    if (m_state == State::First || m_state == State::Handshake)
        handshakeTimePassed();
    else if (waitsForOthers())
        lookAtPeer();
    else if (isReading && m_reader)
        fail(Error{408, "timeout", "The request took too long to arrive.", {}, 0});
    else
        drop();
}

void HttpConnection::finish()
{
    const bool hasWork = m_state == State::Busy || m_state == State::Writing || m_state == State::Streaming;
    if (!hasWork)
        drop();
}

} // namespace belfry::server
