// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/notification.h"
#include "protocol/result.h"
#include "server/limits.h"

#include <QObject>
#include <QString>
#include <QStringList>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>

namespace belfry::server {

/// How a server is to run: the options of `belfry serve` as values (protocol.md, "The command line").
struct ServerSettings
{
    QString dataDirectory;
    QStringList listen{QStringLiteral("localhost:8000")};
    QString name;                          ///< shown to people; empty: this machine's name
    bool allowPlainHttp = false;           ///< beyond loopback, too; TLS is spoken everywhere
    QString tlsCertFile, tlsKeyFile;       ///< PEM, both or neither; neither: the server's own certificate
    std::chrono::seconds pingInterval{30}; ///< 1 to 60
    int retryMilliseconds = 5000;
    std::optional<std::chrono::days> retention; ///< kept in the store: absent, as it was told before (at first 90)
    std::optional<std::int64_t> retentionCount; ///< likewise (at first 1,000,000)
    QStringList corsOrigins;
    QStringList hosts;
    QStringList trustedProxies; ///< addresses, networks (10.0.0.0/8), names
    QString jwtKeyFile, jwtAlgorithm, jwtIssuer, jwtAudience;
    bool jwtAllowAdmin = false;
    bool newSigningKey = false; ///< a signing key that is missing or damaged is made anew: all sign-ins end
    int loops = 0;              ///< 0: by the machine
    ServerLimits limits;
};

/// A token for the desktop's own account on the server that it hosts (client.md, "The owner's account").
struct OwnerSignIn
{
    QString token;
    UserId id = 0;
    QString name;
};

/// A whole server in a box: store, loops, listener, control socket. The one header of server/ that app/ includes,
/// besides control_client.h.
///
/// Everything runs in threads of its own; nothing is process-wide; may be started, stopped and started again.
/// Thread: lives in its creator's (which needs a Qt event loop); start() and stop() return at once and signals follow.
class Server : public QObject
{
    Q_OBJECT
public:
    explicit Server(ServerSettings settings, QObject* parent = nullptr);
    /// Stops where it still runs; blocks for at most 5 s then.
    ~Server() override;

    bool isRunning() const;
    /// The first address that it listens at, once started: `http://127.0.0.1:8000`, beyond loopback `https://…`.
    QString url() const;
    /// How a program on this machine reaches it: over loopback, without TLS, where it listens there (as it does at
    /// `0.0.0.0` and `[::]`, too).
    QString localUrl() const;
    /// Every address it listens at, as URLs.
    QStringList urls() const;
    /// SHA-256 of the certificate's public key (SPKI) in base64, for invites and `curl --pinnedpubkey sha256//PIN`;
    /// once started.
    QString pin() const;
    QString serverId() const;
    /// Streams that are open now, the owner's included.
    int streamCount() const;

    void start();
    void stop();
    /// Reads the certificate's files again, for connections from then on; open ones stay. What came of it is logged: a
    /// pair that cannot be used (the old one stays), that there are no files, an end that is near.
    void reloadCertificate();

    /// Whether it runs, and every loop and the store gave a sign of life within the last seconds: what /healthz says of
    /// it, too. False where one hangs. Cheap.
    bool isAlive() const;

    /// The desktop's own admin account and a token of one day for it: made at first use under the login name.
    /// Answered by ownerSignedIn or ownerRefused.
    void signInOwner(const QString& loginName);
    /// Sets a person's password (8 to 1,000 characters), which ends their sign-ins. Answered by passwordSet or
    /// passwordRefused.
    void setPassword(belfry::UserId user, const QString& password);

Q_SIGNALS:
    void started(const QString& url);
    /// It could not start, or had to end: a sentence for a person. Nothing runs any more.
    void failed(const belfry::Error& error);
    void stopped();
    void streamCountChanged(int streams);
    void ownerSignedIn(const belfry::server::OwnerSignIn& signIn);
    void ownerRefused(const belfry::Error& error);
    void passwordSet();
    void passwordRefused(const belfry::Error& error);

private:
    class Parts;
    std::unique_ptr<Parts> m_parts;
};

} // namespace belfry::server
