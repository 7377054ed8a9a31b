// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/tls_channel.h"

#include "server/net/tls_context.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <cassert>

namespace belfry::server {

namespace {

constexpr std::size_t recordBytes = 16 * 1024;

// OpenSSL's own socket BIO writes with write(), which raises SIGPIPE, and knows no other system's sockets: this one
// goes through socket_calls.

TlsChannel::Outlet& outletOf(BIO* bio)
{
    return *static_cast<TlsChannel::Outlet*>(BIO_get_data(bio));
}

int writeSocket(BIO* bio, const char* bytes, int length)
{
    BIO_clear_retry_flags(bio);
    TlsChannel::Outlet& outlet = outletOf(bio);
    const std::string_view record(bytes, static_cast<std::size_t>(length));
    if (outlet.holdsBack) {
        outlet.held = record;
        BIO_set_retry_write(bio);
        return -1;
    }
    if (outlet.taken > 0) {
        const std::size_t taken = std::min(outlet.taken, record.size());
        outlet.taken -= taken;
        return static_cast<int>(taken);
    }
    const sockets::Transfer sent = sockets::send(outlet.socket, record);
    if (sent.outcome == sockets::Outcome::Done)
        return static_cast<int>(sent.bytes);
    if (sent.outcome == sockets::Outcome::WouldBlock)
        BIO_set_retry_write(bio);
    return -1;
}

int readSocket(BIO* bio, char* room, int length)
{
    BIO_clear_retry_flags(bio);
    const sockets::Transfer got = sockets::receive(outletOf(bio).socket, {room, static_cast<std::size_t>(length)});
    switch (got.outcome) {
    case sockets::Outcome::Done:
        return static_cast<int>(got.bytes);
    case sockets::Outcome::Ended:
        BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
        return 0;
    case sockets::Outcome::WouldBlock:
        BIO_set_retry_read(bio);
        break;
    case sockets::Outcome::Failed:
        break;
    }
    return -1;
}

long controlSocket(BIO* bio, int command, long, void*)
{
    if (command == BIO_CTRL_EOF)
        return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0 ? 1 : 0;
    return command == BIO_CTRL_FLUSH ? 1 : 0;
}

/// A table of constants, made once.
const BIO_METHOD* socketMethod()
{
    static const std::unique_ptr<BIO_METHOD, decltype(&BIO_meth_free)> method = [] {
        BIO_METHOD* const made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "belfry socket");
        if (made) {
            BIO_meth_set_write(made, writeSocket);
            BIO_meth_set_read(made, readSocket);
            BIO_meth_set_ctrl(made, controlSocket);
        }
        return std::unique_ptr<BIO_METHOD, decltype(&BIO_meth_free)>(made, BIO_meth_free);
    }();
    return method.get();
}

} // namespace

void TlsChannel::Release::operator()(ssl_st* ssl) const
{
    SSL_free(ssl);
}

std::unique_ptr<TlsChannel> TlsChannel::open(const TlsContext& context, SocketHandle socket)
{
    ERR_clear_error();
    std::unique_ptr<TlsChannel> channel(new TlsChannel(context.open(), socket));
    BIO* const bio = channel->m_ssl && socketMethod() ? BIO_new(socketMethod()) : nullptr;
    if (!bio)
        return nullptr;
    BIO_set_data(bio, &channel->m_outlet);
    BIO_set_init(bio, 1);
    SSL_set_bio(channel->m_ssl.get(), bio, bio);
    SSL_set_accept_state(channel->m_ssl.get());
    return channel;
}

WireStatus TlsChannel::outcomeOf(int returned)
{
    switch (SSL_get_error(m_ssl.get(), returned)) {
    case SSL_ERROR_NONE:
        return WireStatus::Done;
    case SSL_ERROR_WANT_READ:
        return WireStatus::WantRead;
    case SSL_ERROR_WANT_WRITE:
        return WireStatus::WantWrite;
    case SSL_ERROR_ZERO_RETURN:
        return WireStatus::Ended;
    default:
        return WireStatus::Failed;
    }
}

WireStatus TlsChannel::shakeHands()
{
    ERR_clear_error();
    return outcomeOf(SSL_do_handshake(m_ssl.get()));
}

WireTransfer TlsChannel::read(std::span<char> room)
{
    ERR_clear_error();
    std::size_t got = 0;
    const int returned = SSL_read_ex(m_ssl.get(), room.data(), room.size(), &got);
    return {outcomeOf(returned), got};
}

WireTransfer TlsChannel::write(std::string_view bytes)
{
    assert(bytes.size() >= m_mustRepeat);
    std::size_t done = 0;
    while (done < bytes.size()) {
        // At most a record at once, so that what is in flight after a full socket stays that small.
        const std::size_t given = m_mustRepeat > 0 ? m_mustRepeat : std::min(bytes.size() - done, recordBytes);
        std::size_t written = 0;
        ERR_clear_error();
        const int returned = SSL_write_ex(m_ssl.get(), bytes.data() + done, given, &written);
        if (const WireStatus status = outcomeOf(returned); status != WireStatus::Done) {
            m_mustRepeat = static_cast<std::uint32_t>(given);
            return {status, done};
        }
        m_mustRepeat = 0;
        done += written;
    }
    return {WireStatus::Done, done};
}

/// OpenSSL is told that the socket is full, so it keeps the record where it lies; write() finds it gone.
std::string_view TlsChannel::seal(std::string_view bytes)
{
    if (m_mustRepeat > 0 || bytes.size() > recordBytes)
        return {};
    m_outlet.held = {};
    m_outlet.holdsBack = true;
    write(bytes);
    m_outlet.holdsBack = false;
    return m_outlet.held;
}

WireStatus TlsChannel::endWriting()
{
    ERR_clear_error();
    const int returned = SSL_shutdown(m_ssl.get());
    return returned >= 0 ? WireStatus::Done : outcomeOf(returned);
}

} // namespace belfry::server
