// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/tls_context.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <string_view>

namespace belfry::server {

namespace {

/// HTTP/1.1 is all that is spoken here; who does not ask, or only for something else, is not refused for it.
int chooseProtocol(SSL*, const unsigned char** chosen, unsigned char* chosenLength, const unsigned char* offered,
                   unsigned int offeredLength, void*)
{
    static constexpr std::string_view ours = "\x08http/1.1";
    unsigned char* found = nullptr;
    const int outcome = SSL_select_next_proto(&found, chosenLength, reinterpret_cast<const unsigned char*>(ours.data()),
                                              static_cast<unsigned>(ours.size()), offered, offeredLength);
    *chosen = found;
    return outcome == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

std::string reason()
{
    const unsigned long error = ERR_peek_last_error();
    const char* const text = ERR_reason_error_string(error);
    ERR_clear_error();
    return text ? text : "unknown reason";
}

} // namespace

void TlsContext::Release::operator()(ssl_ctx_st* context) const
{
    SSL_CTX_free(context);
}

TlsContext::TlsContext(ContextPtr context, const Certificate& certificate)
    : m_context(std::move(context)), m_pin(certificate.pin()), m_expiresAt(certificate.expiresAt())
{
}
TlsContext::~TlsContext() = default;

Result<TlsContext::ContextPtr> TlsContext::contextFor(const Certificate& certificate)
{
    ContextPtr made(SSL_CTX_new(TLS_server_method()));
    if (!made)
        return failure(500, "tls_files", "TLS cannot be used: " + reason() + ".");
    SSL_CTX* const context = made.get();
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION |
                                     SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA |
                                     SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_mode(context,
                     SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    // A peer that only sends control records gets one turn each, like everybody else.
    SSL_CTX_clear_mode(context, SSL_MODE_AUTO_RETRY);
    SSL_CTX_set_alpn_select_cb(context, chooseProtocol, nullptr);
    ERR_clear_error();
    const bool isReady = SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
                         SSL_CTX_set_num_tickets(context, 0) == 1 &&
                         SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20") == 1 &&
                         SSL_CTX_use_certificate(context, certificate.certificate()) == 1 &&
                         SSL_CTX_use_PrivateKey(context, certificate.key()) == 1;
    bool hasChain = isReady;
    for (const auto& above : certificate.chain())
        hasChain = hasChain && SSL_CTX_add1_chain_cert(context, above.get()) == 1;
    if (!hasChain)
        return failure(500, "tls_files", "The certificate cannot be used: " + reason() + ".");
    return made;
}

Result<std::unique_ptr<TlsContext>> TlsContext::make(const Certificate& certificate)
{
    auto context = contextFor(certificate);
    if (!context)
        return tl::unexpected(context.error());
    return std::unique_ptr<TlsContext>(new TlsContext(std::move(*context), certificate));
}

Result<void> TlsContext::replace(const Certificate& certificate)
{
    auto context = contextFor(certificate);
    if (!context)
        return tl::unexpected(context.error());
    const std::lock_guard lock(m_mutex);
    m_context.swap(*context);
    m_pin = certificate.pin();
    m_expiresAt = certificate.expiresAt();
    return {};
}

std::string TlsContext::pin() const
{
    const std::lock_guard lock(m_mutex);
    return m_pin;
}

Time TlsContext::expiresAt() const
{
    const std::lock_guard lock(m_mutex);
    return m_expiresAt;
}

ssl_st* TlsContext::open() const
{
    const std::lock_guard lock(m_mutex);
    return SSL_new(m_context.get());
}

} // namespace belfry::server
