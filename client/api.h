// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/connection.h"
#include "protocol/json.h"
#include "protocol/result.h"

#include <QObject>
#include <QString>
#include <QUrl>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

class QNetworkAccessManager;

namespace belfry::client {

template <class T> using Answer = std::function<void(Result<T>)>;

/// What GET /api/server/ says.
struct ServerCard
{
    QString name;
    QString id;
    QString log;
    QString version;
    int protocol = 1;
    QStringList features;

    /// Whether its sign-in takes a device's name; a server that keeps no list of sessions refuses one.
    bool takesDeviceName() const { return listsSessions(); }
    bool listsSessions() const { return features.contains(QStringLiteral("sessions")); }
    bool takesInvites() const { return features.contains(QStringLiteral("invites")); }
};

/// Who answers at an address.
struct Greeting
{
    ServerKind kind = ServerKind::Belfry;
    ServerCard card; ///< of a Belfry; a classic backend has none
};

/// A token that was given, by a name and password, an invite, or for an old one.
struct SignIn
{
    AccessKey key;
    UserId userId = 0;
    QString userName;
    Role role = Role::Receiver;
};

/// An invite that is open.
struct Invite
{
    std::int64_t id = 0;
    Role role = Role::Receiver;
    Time createdAt{}, expiresAt{};
    QString code; ///< of one that was just made; a server keeps none
};

/// Which part of the list is asked for.
struct ListRequest
{
    std::optional<Seq> sinceId, beforeId;
    int limit = 500;
    bool unreadOnly = false;
};

/// A page of the list, newest first.
struct ListAnswer
{
    std::vector<ListItem> items;
    Seq latestId = 0;
    std::int64_t unread = 0;
    std::optional<Time> serverTime; ///< the header Date
};

/// What became of a message that was sent.
struct SentAnswer
{
    Seq id = 0;
    int recipients = 0;
    int online = 0;
    QByteArray raw; ///< the body as it came
};

/// A page of one's own sign-ins, the newest first.
struct SessionsAnswer
{
    std::vector<OpenSession> sessions;
    std::int64_t next = 0; ///< where the next page begins; 0 after the last one
};

/// What the server holds of an acknowledgement now: the first one counts.
struct AckAnswer
{
    Seq id = 0;
    Time ackedAt{};
    QString answer;
};

/// Calls to one server. Each answers exactly once, on the object's thread, unless the Api is destroyed first: then
/// never.
///
/// Status 0 in an Error means that no answer came (`code` "unreachable", "timeout", "certificate": with the pin of the
/// certificate that was refused in `field`). Ends after 30 s
/// without a byte. A request with a body follows no redirect; Authorization goes to the same origin only. Thread: its
/// own object's.
class Api : public QObject
{
    Q_OBJECT
public:
    Api(QNetworkAccessManager* network, QUrl address, QObject* parent = nullptr);
    ~Api() override;

    void setToken(const QString& token);
    void setKind(ServerKind kind);
    /// The server's pin (pin.h); empty: the system's authorities decide.
    void setPin(const QString& pin);
    /// A call without a byte for so long is over; 30 s where nothing is said.
    void setSilence(std::chrono::milliseconds silence);
    QUrl address() const;

    void server(Answer<ServerCard> answer);
    /// Who answers there, before anything secret is sent (greeting.h).
    void greet(Answer<Greeting> answer);
    void signIn(const QString& name, const QString& password, const QString& device, Answer<SignIn> answer);
    /// Makes an account with an invite's code, and signs in to it.
    void join(const QString& code, const QString& name, const QString& password, const QString& device,
              Answer<SignIn> answer);
    void refresh(Answer<SignIn> answer);
    void signOut(Answer<void> answer);
    void list(const ListRequest& request, Answer<ListAnswer> answer);
    /// The test message; on a classic backend its trigger, to oneself.
    void sendTest(const QString& idempotencyKey, UserId self, Answer<SentAnswer> answer);
    /// @param body  a trigger's JSON
    void send(const QByteArray& body, const QString& idempotencyKey, Answer<SentAnswer> answer);
    void markRead(const ReadState& what, Answer<std::int64_t> answer);
    void markUnread(const std::vector<Seq>& ids, Answer<std::int64_t> answer);
    void acknowledge(Seq id, const QString& answerText, Answer<AckAnswer> answer);

    // --- one's own account
    void sessions(Answer<std::vector<OpenSession>> answer);
    void endSession(std::int64_t id, Answer<void> answer);
    void changePassword(const QString& earlier, const QString& password, Answer<void> answer);

    // --- for admins
    void makeInvite(Role role, Answer<Invite> answer);
    void invites(Answer<std::vector<Invite>> answer); ///< the open ones, newest first
    void removeInvite(std::int64_t id, Answer<void> answer);

private:
    class Parts;
    std::unique_ptr<Parts> m_parts;
};

/// A typed address made whole: `https://`, on loopback `http://`, and the port where none is given (8000 on plain,
/// none on https). With a pin it is https everywhere, on loopback with port 8000. An error where it is no address, or
/// http to elsewhere without `allowPlainHttp`, or http with a pin.
Result<QUrl> completedAddress(const QString& typed, bool allowPlainHttp, const QString& pin = {});

/// What a JWT says of itself, unverified: the person, the times. An error where it is none.
struct TokenCard
{
    UserId userId = 0;
    QString name;
    Role role = Role::Receiver;
    AccessKey key;
};
Result<TokenCard> readToken(const QString& token);

} // namespace belfry::client
