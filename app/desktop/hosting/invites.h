// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/hosting/owner.h"
#include "client/api.h"

#include <QNetworkAccessManager>
#include <QObject>

#include <vector>

namespace belfry::desktop {

/// The open invites to our own server, made and taken back in its owner's name, whichever connection is the active one.
/// Thread: its object's.
class Invites : public QObject
{
    Q_OBJECT
public:
    Invites(QNetworkAccessManager* network, AskOwner askOwner, QObject* parent = nullptr);

    /// As they were when last asked for, newest first.
    const std::vector<client::Invite>& open() const { return m_open; }
    /// Asks for them again; openChanged() where they are others.
    void refresh();
    /// Answered by made() or refused().
    void make(Role role);
    void withdraw(std::int64_t id);

Q_SIGNALS:
    void openChanged();
    /// Its code is told this once.
    void made(const belfry::client::Invite& invite);
    void refused(const QString& sentence);
    /// The owner's token was ended by somebody: it is time for another.
    void unauthorized();

private:
    /// Calls with an Api that is signed in, or says why not.
    void asOwner(std::function<void(client::Api&)> call);
    void refuse(const Error& error);

    QNetworkAccessManager* m_network;
    AskOwner m_askOwner;
    std::vector<client::Invite> m_open;
    quint64 m_asked = 0; ///< of several answers the last one asked for counts
};

} // namespace belfry::desktop
