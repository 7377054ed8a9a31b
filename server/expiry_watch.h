// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/time.h"
#include "server/metrics.h"
#include "server/store/store.h"

#include <chrono>
#include <memory>

namespace belfry::server {

class TlsContext;

/// Says in time what is about to end by itself: the certificate that is shown, and the tokens that scripts were given.
/// From 14 days before its end each is said at start, and then once a day; the certificate again when it was read anew.
/// Lines name an account's id, never a token. Thread: tick() and sayCertificate() from any, one at a time each;
/// figures() from any.
class ExpiryWatch
{
public:
    static constexpr std::chrono::hours notice = std::chrono::days(14);

    /// All outlive this.
    ExpiryWatch(const TlsContext& tls, Store& store, const Clock& clock);
    ~ExpiryWatch();

    /// Looks when an hour has passed since the last time, at first at once. Cheap: to be called once a second.
    void tick();
    /// Says the certificate's end where it is near.
    void sayCertificate() const;
    ExpiryFigures figures() const;

private:
    struct Tokens;
    const TlsContext& m_tls;
    Store& m_store;
    const Clock& m_clock;
    std::chrono::steady_clock::time_point m_nextLook{}, m_nextCertificate{};
    std::shared_ptr<Tokens> m_tokens; // the last answer may come when this is gone
};

} // namespace belfry::server
