// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/result.h"
#include "server/auth/certificate.h"

#include <memory>
#include <mutex>
#include <string>

struct ssl_ctx_st;
struct ssl_st;

namespace belfry::server {

/// What all TLS connections of a server share: its certificate and the rules of engine.md, section 7 (TLS 1.2 and
/// later, forward secrecy and authenticated encryption only; no resumption of any kind, no renegotiation).
/// Thread: any. Connections that are open keep what they were made with when it is replaced.
class TlsContext
{
public:
    static Result<std::unique_ptr<TlsContext>> make(const Certificate& certificate);
    ~TlsContext();

    /// New connections show this one; where it cannot be used the old one stays, and the error says why.
    Result<void> replace(const Certificate& certificate);
    /// The pin of the certificate that is shown now.
    std::string pin() const;
    /// When that one expires, or the first above it.
    Time expiresAt() const;

    /// A new server's end, without a transport; the caller owns it. Null where there is no memory.
    ssl_st* open() const;

private:
    struct Release
    {
        void operator()(ssl_ctx_st* context) const;
    };
    using ContextPtr = std::unique_ptr<ssl_ctx_st, Release>;

    TlsContext(ContextPtr context, const Certificate& certificate);
    static Result<ContextPtr> contextFor(const Certificate& certificate);

    mutable std::mutex m_mutex; // once a connection, never once a write
    ContextPtr m_context;
    std::string m_pin;
    Time m_expiresAt;
};

} // namespace belfry::server
