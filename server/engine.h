// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/api/api.h"
#include "server/auth/password.h"
#include "server/auth/throttle.h"
#include "server/auth/token.h"
#include "server/control/control_server.h"
#include "server/data_directory.h"
#include "server/expiry_watch.h"
#include "server/net/network.h"
#include "server/net/tls_context.h"
#include "server/pulse.h"
#include "server/server.h"
#include "server/store/store.h"
#include "server/stream/hub.h"
#include "server/stream/store_source.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace belfry::server {

/// A running server's parts, in the order in which they need each other. What Server does in the background.
/// Thread: start(), stop() and destruction block; from one thread at a time.
class Engine
{
public:
    /// Everything is up when this returns, or nothing is: a sentence, and what was there is unchanged.
    /// @param streamsChanged  called from a loop's thread, at most once a second
    static Result<std::unique_ptr<Engine>> start(const ServerSettings& settings,
                                                 std::function<void(std::size_t streams)> streamsChanged);
    ~Engine();

    /// In the order of engine.md, section 8: no answer that was committed is kept back, no stream is cut in an event.
    void stop();

    /// Whether every loop and the store gave a sign of life within the last seconds (Pulse). Thread: any.
    bool isAlive() const { return m_pulse->isAlive(); }

    const std::vector<std::string>& urls() const { return m_urls; }
    const std::string& localUrl() const { return m_localUrl; }
    std::string pin() const { return m_tls->pin(); }
    /// Reads `--tls-cert` and `--tls-key` again; where they cannot be used the old pair stays. Thread: any, one at a
    /// time.
    /// @return false where there are none: the server shows its own, which does not change while it runs
    Result<bool> reloadCertificate();
    Store& store() { return *m_store; }
    const Tokens& tokens() const { return *m_tokens; }

private:
    Engine() = default;

    std::unique_ptr<DataDirectory> m_directory;
    std::unique_ptr<Store> m_store;
    std::unique_ptr<StoreSource> m_source;
    std::unique_ptr<Tokens> m_tokens;
    std::unique_ptr<PasswordPool> m_passwords;
    std::unique_ptr<Throttle> m_throttle;
    std::unique_ptr<TlsContext> m_tls;
    std::string m_tlsCertFile, m_tlsKeyFile;
    std::unique_ptr<Hub> m_hub;
    std::unique_ptr<Api> m_api;
    std::unique_ptr<Pulse> m_pulse; // before the network: its loops beat it
    std::unique_ptr<ExpiryWatch> m_expiry;
    std::unique_ptr<Network> m_network;
    std::unique_ptr<ControlServer> m_control;
    std::vector<std::string> m_urls;
    std::string m_localUrl;
};

} // namespace belfry::server
