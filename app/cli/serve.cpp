// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/cli/options.h"
#include "app/cli/serve_limits.h"
#include "app/cli/terminal.h"
#include "app/process.h"
#include "app/service.h"
#include "server/data_directory.h"
#include "server/log.h"
#include "server/server.h"

#include <QCoreApplication>
#include <QTimer>

namespace belfry::cli {

namespace {

using server::Server;
using server::ServerSettings;

Usage usage()
{
    Usage usage{
        .command = "serve",
        .operands = {},
        .about = "Runs the server in the foreground. Prints “listening on http://ADDRESS:PORT” when it is ready;\n"
                 "logs on stderr. SIGTERM and SIGINT stop it cleanly. What comes in from other machines speaks TLS,\n"
                 "with the server's own certificate (belfry pin) or with yours, read again on SIGHUP.",
        .options = {
            {.name = "listen",
             .value = "ADDR:PORT",
             .help = "where to listen; repeatable (default localhost:8000; *:8000 is every address, port 0 picks one)",
             .isRepeatable = true},
            {.name = "data", .value = "DIR", .help = "the data directory", .environment = "BELFRY_DATA"},
            {.name = "name", .value = "NAME", .help = "the server's name, as people see it (default: this machine's)"},
            {.name = "tls-cert",
             .value = "FILE",
             .help = "the certificate to show, with its chain, in PEM form (default: the server's own)"},
            {.name = "tls-key", .value = "FILE", .help = "its private key, in PEM form"},
            {.name = "allow-plain-http", .value = {}, .help = "take unencrypted HTTP from other machines, too"},
            {.name = "ping-interval", .value = "S", .help = "seconds between pings, 1 to 60 (default 30)"},
            {.name = "retry",
             .value = "MS",
             .help = "what streams tell clients to wait before they reconnect (default 5000)"},
            {.name = "retention-days",
             .value = "D",
             .help = "how long messages are kept; the store remembers it (at first 90)"},
            {.name = "retention-count",
             .value = "N",
             .help = "how many messages are kept; the store remembers it (at first 1000000)"},
            {.name = "cors-origin",
             .value = "ORIGIN",
             .help = "a web origin whose pages may call the server; repeatable",
             .isRepeatable = true},
            {.name = "host",
             .value = "NAME",
             .help = "a name this server is called by; repeatable",
             .isRepeatable = true},
            {.name = "trusted-proxy",
             .value = "ADDR",
             .help = "a proxy whose X-Forwarded-For counts: an address, a network (10.0.0.0/8) or a name; repeatable",
             .isRepeatable = true},
            {.name = "jwt-key", .value = "FILE", .help = "the key of an existing backend that issues tokens"},
            {.name = "jwt-alg", .value = "ALG", .help = "its algorithm: HS256, RS256 or ES256"},
            {.name = "jwt-issuer", .value = "ISS", .help = "the issuer its tokens must name"},
            {.name = "jwt-audience", .value = "AUD", .help = "the audience its tokens must name"},
            {.name = "jwt-allow-admin", .value = {}, .help = "let its tokens make admins"},
            {.name = "new-signing-key",
             .value = {},
             .help = "make a signing key where it is missing or damaged: everybody has to sign in again"},
            {.name = "loops", .value = "N", .help = "threads that carry streams, 1 to 8 (default: by the machine)"},
            {.name = "log-level", .value = "LEVEL", .help = "error, warn, info or debug (default info)"}}};
    for (const Option& option : limitOptions())
        usage.options.insert(usage.options.end() - 1, option);
    return usage;
}

tl::expected<ServerSettings, ExitCode> settingsFrom(const Options& options)
{
    ServerSettings settings;
    settings.dataDirectory = options.value("data", QString::fromStdString(server::defaultDataDirectory()));
    if (options.has("listen"))
        settings.listen = options.values("listen");
    settings.name = options.value("name");
    settings.allowPlainHttp = options.has("allow-plain-http");
    settings.tlsCertFile = options.value("tls-cert");
    settings.tlsKeyFile = options.value("tls-key");
    settings.corsOrigins = options.values("cors-origin");
    settings.hosts = options.values("host");
    settings.trustedProxies = options.values("trusted-proxy");
    settings.jwtKeyFile = options.value("jwt-key");
    settings.jwtAlgorithm = options.value("jwt-alg");
    settings.jwtIssuer = options.value("jwt-issuer");
    settings.jwtAudience = options.value("jwt-audience");
    settings.jwtAllowAdmin = options.has("jwt-allow-admin");
    settings.newSigningKey = options.has("new-signing-key");

    const auto pingInterval = options.integer("ping-interval", 1, 60);
    const auto retry = options.integer("retry", 0, 3'600'000);
    const auto days = options.integer("retention-days", 1, 36'500);
    const auto count = options.integer("retention-count", 1, maxJsonInteger);
    const auto loops = options.integer("loops", 1, 8);
    for (const auto* number : {&pingInterval, &retry, &days, &count, &loops}) {
        if (!*number)
            return tl::unexpected(number->error());
    }
    settings.pingInterval = std::chrono::seconds(pingInterval->value_or(settings.pingInterval.count()));
    settings.retryMilliseconds = int(retry->value_or(settings.retryMilliseconds));
    if (*days)
        settings.retention = std::chrono::days(**days);
    settings.retentionCount = *count;
    settings.loops = int(loops->value_or(0));
    const auto limits = limitsFrom(options);
    if (!limits)
        return tl::unexpected(limits.error());
    settings.limits = *limits;
    return settings;
}

} // namespace

ExitCode runServe(const QStringList& arguments)
{
    const auto options = Options::parse(usage(), arguments);
    if (!options)
        return options.error();
    const auto settings = settingsFrom(*options);
    if (!settings)
        return settings.error();
    if (options->has("log-level")) {
        const auto level = server::logLevelFromString(options->value("log-level").toStdString());
        if (!level)
            return options->usageError(QStringLiteral("--log-level must be error, warn, info or debug."));
        server::setLogLevel(*level);
    }

    Server server(*settings);
    ExitCode code = ExitCode::Done;
    const app::ServiceManager manager;
    QTimer watchdog;
    QTimer announcing;
    if (const auto interval = manager.watchdogInterval()) {
        watchdog.setInterval(*interval);
        QObject::connect(&watchdog, &QTimer::timeout, &server, [&] {
            if (server.isAlive())
                manager.alive();
        });
    }
    QObject::connect(&server, &Server::started, &server, [&](const QString& url) {
        const QString listening = QStringLiteral("listening on ") + url;
        manager.ready(listening);
        if (watchdog.interval() > 0)
            watchdog.start();
        // Nobody who reads it, or does not, decides whether the server runs.
        QObject::connect(&announcing, &QTimer::timeout, &server, [&announcing, listening] {
            if (!app::mayPrint())
                return announcing.start(100);
            announcing.stop();
            if (!printLine(listening))
                server::log(server::LogLevel::Warn, "net", "nobody reads where this server listens",
                            {{"said", listening.toStdString()}});
        });
        announcing.start(0);
    });
    QObject::connect(&server, &Server::failed, &server, [&code](const Error& error) {
        complain(error);
        // What was said wrongly on the command line is a usage error; the rest is the world's.
        code = error.status == 400 ? ExitCode::Usage : ExitCode::Failed;
        QCoreApplication::quit();
    });
    QObject::connect(&server, &Server::stopped, &server, &QCoreApplication::quit);
    app::StopSignal stop(app::StopSignal::Hangup::Reloads);
    QObject::connect(&stop, &app::StopSignal::requested, &server, [&] {
        watchdog.stop();
        manager.stopping();
        server.stop();
    });
    QObject::connect(&stop, &app::StopSignal::reloadRequested, &server, &Server::reloadCertificate);
    server.start();
    QCoreApplication::exec();
    return code;
}

} // namespace belfry::cli
