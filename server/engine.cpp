// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/engine.h"

#include "protocol/version.h"
#include "server/auth/keys.h"
#include "server/backup.h"
#include "server/listen_addresses.h"
#include "server/log.h"
#include "server/memory.h"
#include "server/store/database.h"
#include "server/store/people.h"

#include <QFileInfo>
#include <QSysInfo>

#include <boost/json/array.hpp>

#include <algorithm>
#include <atomic>
#include <thread>

namespace belfry::server {

namespace {

std::vector<std::string> utf8(const QStringList& texts)
{
    std::vector<std::string> out;
    for (const QString& text : texts)
        out.push_back(text.toStdString());
    return out;
}

Result<std::optional<ExternalIssuer>> externalIssuer(const ServerSettings& settings)
{
    if (settings.jwtKeyFile.isEmpty() != settings.jwtAlgorithm.isEmpty())
        return failure(400, "jwt_key", "--jwt-key and --jwt-alg go together.");
    if (settings.jwtKeyFile.isEmpty()) {
        if (!settings.jwtIssuer.isEmpty() || !settings.jwtAudience.isEmpty() || settings.jwtAllowAdmin)
            return failure(400, "jwt_key", "--jwt-issuer, --jwt-audience and --jwt-allow-admin need --jwt-key.");
        return std::optional<ExternalIssuer>();
    }
    return externalKey(settings.jwtKeyFile.toStdString(), settings.jwtAlgorithm.toStdString())
        .map([&settings](JwtKey key) {
            return std::optional(ExternalIssuer{std::move(key), settings.jwtIssuer.toStdString(),
                                                settings.jwtAudience.toStdString(), settings.jwtAllowAdmin});
        });
}

/// What everybody on the machine can read is no secret. Said, not refused: whoever owns the file decides.
void warnOfReaders(const QString& secret)
{
    constexpr QFileDevice::Permissions others = QFileDevice::ReadOther | QFileDevice::WriteOther;
    if (!secret.isEmpty() && (QFileInfo(secret).permissions() & others))
        log(LogLevel::Warn, "net", "a secret key is open to others", {{"path", secret.toStdString()}});
}

/// Waits for the lock where a command holds it for a moment (`belfry user add` beside a server that starts), or a
/// server that is about to stop; one that answers keeps it.
Result<void> takeLock(DataDirectory& directory)
{
    using namespace std::chrono_literals;
    const auto deadline = std::chrono::steady_clock::now() + 5s;
    for (;;) {
        auto locked = directory.lock();
        if (locked || locked.error().code != "in_use" || connectLocal(directory, controlSocketName) ||
            std::chrono::steady_clock::now() > deadline)
            return locked;
        std::this_thread::sleep_for(20ms);
    }
}

template <class Check> Result<void> all(const QStringList& texts, Check check)
{
    for (const QString& text : texts) {
        if (const auto valid = check(text.toStdString()); !valid)
            return valid;
    }
    return {};
}

ApiSettings apiSettings(const ServerSettings& settings, const Store& store,
                        std::shared_ptr<const TrustedProxies> proxies)
{
    ApiSettings api;
    api.serverName = (settings.name.isEmpty() ? QSysInfo::machineHostName() : settings.name).toStdString();
    api.serverId = store.serverId();
    api.logId = store.logId();
    api.corsOrigins = utf8(settings.corsOrigins);
    api.hosts = utf8(settings.hosts);
    api.trustedProxies = std::move(proxies);
    api.limits = settings.limits;
    return api;
}

boost::json::array jsonList(const QStringList& texts)
{
    boost::json::array list;
    for (const std::string& text : utf8(texts))
        list.emplace_back(text);
    return list;
}

/// What the server was started with, for the record of who did what.
AuditNote startNote(const ServerSettings& settings, const Retention& retention)
{
    return {{},
            "server.started",
            {{"version", version},
             {"listen", jsonList(settings.listen)},
             {"allow_plain_http", settings.allowPlainHttp},
             {"tls_cert", settings.tlsCertFile.toStdString()},
             {"retention_days", retention.age.count()},
             {"retention_count", retention.count},
             {"cors_origins", jsonList(settings.corsOrigins)},
             {"hosts", jsonList(settings.hosts)},
             {"trusted_proxies", jsonList(settings.trustedProxies)},
             {"jwt_alg", settings.jwtAlgorithm.toStdString()},
             {"jwt_issuer", settings.jwtIssuer.toStdString()},
             {"jwt_audience", settings.jwtAudience.toStdString()},
             {"jwt_allow_admin", settings.jwtAllowAdmin},
             {"new_signing_key", settings.newSigningKey}}};
}

/// Whoever was given an id here before the backend's key was set keeps it: the backend's person of that number is then
/// refused for good (protocol.md, "Tokens").
void warnOfTakenIds(const Accounts& accounts)
{
    std::string ids;
    std::size_t taken = 0;
    for (const Account* account : accounts.page(0, accounts.size())) {
        if (account->isExternal || account->id >= firstHighUserId)
            continue;
        if (++taken <= 5)
            ids += (ids.empty() ? "" : ",") + std::to_string(account->id);
    }
    if (taken > 0)
        log(LogLevel::Warn, "auth",
            "accounts made here before --jwt-key was set hold ids of the backend's: its people of these numbers are "
            "refused (401). Remove such an account and add it again, and it gets an id that is out of the way; the "
            "number stays taken",
            {{"accounts", std::to_string(taken)}, {"ids", taken > 5 ? ids + ",…" : ids}});
}

} // namespace

Result<std::unique_ptr<Engine>> Engine::start(const ServerSettings& settings,
                                              std::function<void(std::size_t streams)> streamsChanged)
{
    prepareForShortMemory();
    const auto addresses = listenAddresses(settings.listen);
    if (!addresses)
        return tl::unexpected(addresses.error());
    auto issuer = externalIssuer(settings);
    if (!issuer)
        return tl::unexpected(issuer.error());
    for (const auto& checked :
         {all(settings.corsOrigins, validCorsOrigin), all(settings.trustedProxies, TrustedProxies::valid),
          all(settings.hosts, validHostName)}) {
        if (!checked)
            return tl::unexpected(checked.error());
    }

    if (settings.tlsCertFile.isEmpty() != settings.tlsKeyFile.isEmpty())
        return failure(400, "tls_files", "--tls-cert and --tls-key go together.");
    std::optional<Certificate> given;
    if (!settings.tlsCertFile.isEmpty()) {
        auto read = Certificate::fromFiles(settings.tlsCertFile.toStdString(), settings.tlsKeyFile.toStdString());
        if (!read)
            return tl::unexpected(read.error());
        // Tried out before anything is made or changed.
        if (const auto usable = TlsContext::make(*read); !usable)
            return tl::unexpected(usable.error());
        given = std::move(*read);
    }
    warnOfReaders(settings.tlsKeyFile);
    warnOfReaders(settings.jwtAlgorithm == QLatin1StringView("HS256") ? settings.jwtKeyFile : QString());
    // What was said wrongly comes first, whatever else runs on this machine.
    if (const auto free = areFree(*addresses); !free)
        return tl::unexpected(free.error());

    auto directory = DataDirectory::open(settings.dataDirectory.toStdString(), DataDirectory::Owner::Become);
    if (!directory)
        return tl::unexpected(directory.error());
    if (const auto locked = takeLock(*directory); !locked)
        return tl::unexpected(locked.error());
    if (directory->isEmpty()) {
        if (const auto tightened = directory->tighten(); !tightened)
            return tl::unexpected(tightened.error());
    }
    removeLeftCopies(*directory);
    if (const auto judged = judgeStoreFile(directory->descriptor(), directory->path()); !judged)
        return tl::unexpected(judged.error());
    // Before the store: a store that is there always has its key, and where the key is at fault it stays untouched.
    auto key = signingKey(directory->descriptor(), directory->path(),
                          settings.newSigningKey  ? KeyFault::MakeAnew
                          : directory->hasStore() ? KeyFault::Refuse
                                                  : KeyFault::MakeMissing);
    if (!key)
        return tl::unexpected(key.error());
    std::unique_ptr<Engine> engine(new Engine);
    engine->m_directory = std::make_unique<DataDirectory>(std::move(*directory));
    auto store = Store::open({.directory = engine->m_directory->descriptor(),
                              .path = engine->m_directory->path(),
                              .retention = settings.retention,
                              .retentionCount = settings.retentionCount,
                              .hasExternalKey = issuer->has_value()});
    if (!store)
        return tl::unexpected(store.error());
    engine->m_store = std::move(*store);
    if (const auto tightened = engine->m_directory->tighten(); !tightened)
        return tl::unexpected(tightened.error());

    auto own = Certificate::own(engine->m_directory->descriptor(), engine->m_directory->path());
    if (!own)
        return tl::unexpected(own.error());
    auto tls = TlsContext::make(given ? *given : *own);
    if (!tls)
        return tl::unexpected(tls.error());
    engine->m_tls = std::move(*tls);
    engine->m_tlsCertFile = settings.tlsCertFile.toStdString();
    engine->m_tlsKeyFile = settings.tlsKeyFile.toStdString();

    const Clock& clock = systemClock();
    Store& log = *engine->m_store;
    if (issuer->has_value())
        warnOfTakenIds(*log.accounts());
    engine->m_source = std::make_unique<StoreSource>(log);
    engine->m_tokens = std::make_unique<Tokens>(std::move(*key), std::move(*issuer), clock);
    engine->m_passwords = std::make_unique<PasswordPool>();
    engine->m_throttle = std::make_unique<Throttle>(clock);
    for (const KnownPlace& place : log.takeKnownPlaces())
        engine->m_throttle->remember(place.user, place.address, clock.now() - place.signedInAt);
    const auto proxies = std::make_shared<const TrustedProxies>(utf8(settings.trustedProxies));
    StreamLimits streams;
    streams.backlogBytes = streams.heldBytes = settings.limits.backlogBytes;
    engine->m_hub = std::make_unique<Hub>(log.newest(), log.logId(), streams);
    engine->m_api = std::make_unique<Api>(apiSettings(settings, log, proxies), log, *engine->m_hub, *engine->m_tokens,
                                          *engine->m_passwords, *engine->m_throttle, clock);
    NetworkSettings network;
    network.listen = *addresses;
    network.allowPlainHttp = settings.allowPlainHttp;
    network.tls = engine->m_tls.get();
    network.loops = settings.loops;
    network.pingInterval = settings.pingInterval;
    network.isTrustedProxy = [proxies](const PeerAddress& address) { return proxies->isTrusted(address); };
    network.limits = settings.limits;
    network.retryMilliseconds = settings.retryMilliseconds;
    engine->m_network =
        std::make_unique<Network>(network, *engine->m_api, *engine->m_hub, *engine->m_source, log.logId(), clock);
    engine->m_network->onStreamsChanged(std::move(streamsChanged));
    engine->m_pulse = std::make_unique<Pulse>(*engine->m_network, log, clock);
    engine->m_expiry = std::make_unique<ExpiryWatch>(*engine->m_tls, log, clock);
    engine->m_network->onTick([pulse = engine->m_pulse.get(), expiry = engine->m_expiry.get()] {
        pulse->beat();
        expiry->tick();
    });
    engine->m_api->setExpiryFigures([expiry = engine->m_expiry.get()] { return expiry->figures(); });
    engine->m_api->setNetworkFigures([network = engine->m_network.get()] { return network->figures(); });
    engine->m_api->setPulse([pulse = engine->m_pulse.get()] { return pulse->isAlive(); });

    log.start(*engine->m_hub);
    const auto bound = engine->m_network->start();
    if (!bound)
        return tl::unexpected(bound.error());
    log.note(startNote(settings, log.retention()));
    engine->m_api->setState(Api::State::Ready);
    for (const ListenAddress& address : *bound) {
        engine->m_urls.push_back(urlOf(address, settings.allowPlainHttp));
        if (!isLoopback(address) && settings.allowPlainHttp)
            server::log(LogLevel::Warn, "net",
                        "listening without encryption: everybody on the way can read messages and passwords",
                        {{"address", engine->m_urls.back()}});
    }
    auto control =
        ControlServer::start(*engine->m_directory, Admin(log, *engine->m_tokens, engine->m_tls.get(), engine->m_urls));
    if (!control)
        return tl::unexpected(control.error());
    engine->m_control = std::move(*control);
    engine->m_localUrl = localUrlOf(*bound, settings.allowPlainHttp);
    return engine;
}

Engine::~Engine()
{
    stop();
}

Result<bool> Engine::reloadCertificate()
{
    if (m_tlsCertFile.empty())
        return false;
    const auto read =
        Certificate::fromFiles(m_tlsCertFile, m_tlsKeyFile).and_then([this](const Certificate& certificate) {
            return m_tls->replace(certificate);
        });
    m_expiry->sayCertificate(); // of the old pair, too, where that is what stays
    return read.map([] { return true; });
}

void Engine::stop()
{
    m_control.reset();
    if (m_api)
        m_api->setState(Api::State::Stopping);
    if (m_network)
        m_network->stopAccepting();
    if (m_passwords)
        m_passwords->stop();
    if (m_store)
        m_store->stopWriting();
    // What is half-written is finished, long answers with what the store has yet to read for them.
    if (m_network)
        m_network->stop();
    if (m_store)
        m_store->stop();
}

} // namespace belfry::server
