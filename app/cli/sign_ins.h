// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSettings>
#include <QString>
#include <QUrl>

#include <cstdint>

namespace belfry::cli {

/// Where the command line is signed in: addresses, pins and the names of keychain entries, never a token.
/// Kept in the person's configuration, `belfry/cli.ini`.
class SignIns
{
public:
    SignIns();

    /// Made for this installation at first use; names our keychain entries.
    QString installationId();

    void remember(const QUrl& server, const QString& keychainEntry);
    void rememberTokenFile(const QString& path, const QUrl& server);
    /// Kept until another sign-in at this server; an empty one is none.
    void rememberPin(const QUrl& server, const QString& pin);
    void forget(const QUrl& server);
    void forgetTokenFile(const QString& path);

    /// The keychain entry of a server's token; empty where not signed in.
    QString entryFor(const QUrl& server) const;
    /// Empty where none was given.
    QString pinOf(const QUrl& server) const;
    /// Empty where none.
    QString lastServer() const;
    QString serverOfTokenFile(const QString& path) const;

private:
    QSettings m_settings;
};

} // namespace belfry::cli
