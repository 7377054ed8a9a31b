// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/time.h"
#include "server/api/trusted_proxies.h"
#include "server/auth/password.h"
#include "server/auth/throttle.h"
#include "server/auth/token.h"
#include "server/limits.h"
#include "server/metrics.h"
#include "server/net/handler.h"
#include "server/net/network.h"
#include "server/store/store.h"
#include "server/stream/hub.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace belfry::server {

struct ApiSettings
{
    std::string serverName; ///< shown to people
    std::string serverId;
    std::string logId;
    std::vector<std::string> features{"sessions", "invites"}; ///< as GET /api/server/ lists them
    std::vector<std::string> corsOrigins;                     ///< exact; see validCorsOrigin
    std::vector<std::string> hosts; ///< names besides localhost, this machine's and IP literals
    std::shared_ptr<const TrustedProxies> trustedProxies = std::make_shared<TrustedProxies>();
    ServerLimits limits;
};

/// 400 with a sentence unless it is an origin a browser could send: scheme, host, optional port, nothing more; never
/// `*` or `null`.
Result<void> validCorsOrigin(const std::string& origin);
/// A name as it stands in Host, without port; one that no request can carry would silently open nothing.
Result<void> validHostName(const std::string& name);

/// The endpoints of protocol.md: judges a request, does what it asks through the store, answers.
///
/// Thread: built, told of the server's state and destroyed by the facade; RequestHandler from every loop at once.
/// Outlives the network, the pool and the store's threads.
class Api final : public RequestHandler
{
public:
    Api(ApiSettings settings, Store& store, Hub& hub, const Tokens& tokens, PasswordPool& pool, Throttle& throttle,
        const Clock& clock = systemClock());
    ~Api() override;

    /// Starting (at first), ready, stopping: what /healthz says; anything but ready answers 503 elsewhere, too.
    enum class State { Starting, Ready, Stopping };
    void setState(State state);
    /// Where /metrics takes the network's figures from. Set before the network starts.
    /// What /healthz asks besides the store: whether all gave a sign of life (Pulse). Called from any loop.
    void setPulse(std::function<bool()> isAlive);
    void setNetworkFigures(std::function<NetworkFigures()> figures);
    void setExpiryFigures(std::function<ExpiryFigures()> figures);

    // RequestHandler
    HeadVerdict judgeHead(const RequestHead& head) override;
    void handle(Request request, ExchangePtr exchange) override;
    std::vector<std::pair<std::string, std::string>> fieldsForErrors(const RequestHead& head) override;
    void finished(const RequestHead& head, int status, std::size_t bytes) override;

private:
    class Parts;
    std::unique_ptr<Parts> m_parts;
};

} // namespace belfry::server
