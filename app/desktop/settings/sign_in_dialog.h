// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

#include <memory>

namespace belfry::client {
class Client;
struct Connection;
} // namespace belfry::client

namespace belfry::desktop {

struct SignInCalls;

/// Signs in to a server: address, name, password, or an access key (desktop.md, "Dialogs").
///
/// Its objectName is "signInDialog". accepted() once the new connection is the active one; what is typed survives every
/// failure. Thread: GUI.
class SignInDialog : public QDialog
{
    Q_OBJECT
public:
    /// Where the client waits for the keyring, "only for this session" is chosen beforehand.
    explicit SignInDialog(client::Client& client, QWidget* parent = nullptr);
    explicit SignInDialog(SignInCalls calls, QWidget* parent = nullptr);
    ~SignInDialog() override;

    /// Fills in address and name of a connection whose sign-in has ended; the cursor goes to the password.
    void prefill(const client::Connection& connection);
    /// "Sign in for this session": the token is not to be kept.
    void setSessionOnly(bool isSessionOnly);

    /// While a sign-in is under way: stops waiting for it. Else closes the dialog.
    void reject() override;

Q_SIGNALS:
    /// An invite link, well-formed, was given for an address: the dialog closes, for that is joining (JoinDialog).
    void inviteGiven(const QString& link);

protected:
    void changeEvent(QEvent* event) override;

private:
    class Parts;
    std::unique_ptr<Parts> m_parts;
};

} // namespace belfry::desktop
