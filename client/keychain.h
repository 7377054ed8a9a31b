// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/result.h"

#include <QObject>
#include <QString>

#include <functional>

namespace belfry::client {

/// What a look into the keychain found. Only NotFound means signed out (client.md, "Signed in").
enum class KeychainOutcome { Found, NotFound, Unavailable };

struct KeychainAnswer
{
    KeychainOutcome outcome = KeychainOutcome::Unavailable;
    QString secret;
    QString reason; ///< a sentence, where unavailable
};

/// The OS keychain, through QtKeychain, never its insecure fallback. Nothing waits for it: answers come when they come
/// (a locked keyring asks the person first). Thread: its object's.
class Keychain : public QObject
{
    Q_OBJECT
public:
    explicit Keychain(QObject* parent = nullptr);

    void read(const QString& entry, std::function<void(KeychainAnswer)> answer);
    void write(const QString& entry, const QString& secret, std::function<void(KeychainAnswer)> answer);
    void remove(const QString& entry, std::function<void(KeychainAnswer)> answer);

Q_SIGNALS:
    /// org.freedesktop.secrets appeared on the bus: worth another look.
    void becameAvailable();
};

/// The entry's name: installation, server, person, and where the token was given. Server and person are claims that any
/// server can repeat; the last one is ours, so that no server is sent what another one gave.
/// @param place  the connection's id, or the address
QString keychainEntry(const QString& installationId, const QString& serverId, std::int64_t userId,
                      const QString& place);

} // namespace belfry::client
