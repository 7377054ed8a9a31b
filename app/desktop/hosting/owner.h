// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/notification.h"
#include "protocol/result.h"

#include <QDateTime>
#include <QString>
#include <QUrl>

#include <functional>
#include <vector>

namespace belfry::desktop {

/// The owner's way into our own server: over loopback, as any admin.
struct OwnerAccess
{
    QUrl server;
    QString token;
};

/// Asks for it; answered once, at once or when the owner has signed in anew, with a sentence where it cannot be had.
using AskOwner = std::function<void(std::function<void(Result<OwnerAccess>)>)>;

/// The owner's account on our own server and its sign-in (client.md, "The owner's account"): a token of one day in
/// memory, asked for anew when half of it is spent. The app may run for weeks, and its own connection need not be the
/// active one. Thread: GUI.
class Owner
{
public:
    /// @param signIn  asks the server for a token; signedIn() or refused() follows
    explicit Owner(std::function<void()> signIn) : m_signIn(std::move(signIn)) {}

    void signedIn(const OwnerAccess& access, UserId id, const QString& name);
    /// @param why  for a person, translated
    void refused(const QString& why);
    /// The server is off, or about to be another.
    void ended();
    /// The token was ended by somebody; the account may be there still.
    void tokenEnded() { m_access.token.clear(); }

    UserId id() const { return m_id; }
    const QString& name() const { return m_name; }
    /// Why the server lets the owner in no more; empty where it does.
    const QString& sentence() const { return m_sentence; }
    /// @param isOn  whether there is a server to sign in to
    void access(bool isOn, std::function<void(Result<OwnerAccess>)> then);

private:
    void answer(const Result<OwnerAccess>& access);

    std::function<void()> m_signIn;
    OwnerAccess m_access;
    QDateTime m_since; ///< when the token was given
    UserId m_id = 0;
    QString m_name, m_sentence;
    std::vector<std::function<void(Result<OwnerAccess>)>> m_waiting; ///< for the next sign-in
};

} // namespace belfry::desktop
