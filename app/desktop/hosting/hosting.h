// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/hosting/ports.h"
#include "app/invite_place.h"
#include "protocol/notification.h"
#include "protocol/result.h"

#include <QObject>
#include <QString>

#include <memory>

namespace belfry::server {
struct OwnerSignIn;
}

namespace belfry::desktop {

class Invites;
class Preferences;

/// The local server inside the desktop: on, off, and why not (client.md, "Own local server").
///
/// The server runs in threads of its own; every call returns at once and signals follow. The port is settled at the
/// first start (8000 to 8009, then any free one) and kept; where it is taken later the state is Failed and the person
/// chooses. It listens on this computer's loopback alone unless the person opens it to the network; there it speaks
/// TLS. Thread: GUI.
class Hosting : public QObject
{
    Q_OBJECT
public:
    enum class State { Off, Starting, On, Failed };
    Q_ENUM(State)

    /// @param directory    the server's data directory
    /// @param preferences  where the port and on/off are kept; outlives this
    /// @param firstChoice  the ports tried at the first start before any free one
    Hosting(QString directory, Preferences& preferences, ports::Range firstChoice = {}, QObject* parent = nullptr);
    /// Stops the server where it runs; blocks for at most 5 s then.
    ~Hosting() override;

    State state() const;
    /// `http://127.0.0.1:8000` while On, else empty: how this app reaches it. Exactly what the server reported.
    QString address() const;
    /// Whether other computers may reach it: the person's choice, whether it runs or not.
    bool isOnNetwork() const;
    /// Where others reach it, the best first. Empty while nobody can: not On, on this computer only, or this computer
    /// is in no network. Looked up anew with each call: networks come and go.
    QList<app::Place> placesForOthers() const;
    /// The best of these as `https://192.168.1.7:8000`; empty where there is none.
    QString addressForOthers() const;
    /// The pin of its certificate, as `belfry pin` prints it; while On.
    QString pin() const;
    /// The server's own id while On.
    QString serverId() const;
    /// Failed: what happened and what to do, for a person, already translated; empty else.
    QString sentence() const;
    /// Failed because somebody else holds the port: useAnotherPort() helps, and so may turnOn() again.
    bool isPortTaken() const;
    /// Streams of others that are open now; the owner's own is not counted.
    int othersConnected() const;
    /// The owner's account on this server, once signed in; 0 before.
    UserId ownerId() const;
    QString ownerName() const;
    /// On, but the owner's account was removed or demoted: what happened and what to do, for a person; empty else.
    QString ownerSentence() const;

    /// Starts the server; also "Try again". Stored as the person's choice.
    void turnOn();
    /// Stops it. Stored as the person's choice.
    void turnOff();
    /// Takes another free port, stores it and starts.
    void useAnotherPort();
    /// Opens it to the network, or closes it again. Stored; where it runs it stops and starts anew at once.
    void setOnNetwork(bool isOnNetwork);
    /// The open invites to it.
    Invites& invites();
    /// Stops it because the program ends: nothing is stored. ended() follows.
    void stopForQuit();
    /// The app's own token is half spent or refused: ownerSignedIn follows with a new one, while On.
    void signInAgain();
    /// Whether our own client's stream is among those that are open.
    void setOwnStreamOpen(bool isOpen);
    /// Lets the owner sign in from elsewhere: sets the owner's password on this server (8 to 1,000 characters).
    /// Answered by ownerPasswordSet or ownerPasswordRefused.
    void setOwnerPassword(const QString& password);

Q_SIGNALS:
    void stateChanged(belfry::desktop::Hosting::State state);
    void othersConnectedChanged(int others);
    /// After turnOff() or stopForQuit(): its threads have ended, its store is closed.
    void ended();
    /// The app's own sign-in on its own server, in memory only.
    void ownerSignedIn(const belfry::server::OwnerSignIn& signIn);
    /// ownerSentence() has become this one: signInAgain() tries again.
    void ownerRefused(const QString& sentence);
    void ownerPasswordSet();
    void ownerPasswordRefused(const QString& sentence);

private:
    class Parts;
    std::unique_ptr<Parts> m_parts;
};

} // namespace belfry::desktop
