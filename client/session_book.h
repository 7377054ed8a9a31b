// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/connection.h"
#include "protocol/result.h"

#include <QList>
#include <QString>

namespace belfry::client {

/// The connections of this installation, which of them is active, and the installation's id: `connections.json`, 0600,
/// written anew and renamed into place with each change. No secrets are in it. Thread: one.
class ConnectionBook
{
public:
    /// Reads it, or begins a new one. A file that cannot be read as such is set aside under another name, not thrown
    /// away.
    Result<void> open(const QString& directory);

    const QString& installationId() const { return m_installationId; }
    const QList<Connection>& all() const { return m_connections; }
    Connection active() const;
    Connection byId(const QString& id) const;

    /// The known connection of the same server and person takes what is new of it (its name, our own server's address),
    /// a new one gets an id. What a server says of itself joins nothing: it is the same one at the same address with
    /// the same pin, or anywhere with the same pin, which only the holder of the key can show.
    /// @param isPinAsked  the person was asked about the pin, and said yes: the one at this address takes it
    Connection enter(Connection connection, bool isPinAsked = false);
    /// The pin that a connection to this place was made with; empty where none was.
    QString pinAt(const QUrl& address) const;
    /// Whether somebody has signed in to a Belfry at this place.
    bool isBelfryAt(const QUrl& address) const;
    /// Until it is entered again.
    void setSignedOut(const QString& id);
    /// No longer known; none is active where it was.
    void remove(const QString& id);
    void setActive(const QString& id);
    Result<void> save() const;

private:
    QString m_path;
    QString m_installationId;
    QString m_activeId;
    QList<Connection> m_connections;
};

} // namespace belfry::client
