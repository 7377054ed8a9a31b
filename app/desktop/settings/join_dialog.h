// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/client.h"
#include "client/invite_link.h"

#include <QDialog>

#include <functional>
#include <memory>

namespace belfry::desktop {

/// What the dialog asks of the client (client/client.h has the meanings); a test answers in its place.
struct JoinCalls
{
    std::function<QFuture<Result<client::Client::Probe>>(const client::InviteLink& link)> probe;
    std::function<QFuture<Result<client::Connection>>(const client::InviteLink& link, const client::NewAccount& wish)>
        join;
};

/// Joining by an invite: names the server's address and its pin, says what will be done, asks for a name and a
/// password.
///
/// Where a connection is active the person says which one is to be used from then on. Nothing but the question who is
/// there is sent before "Join". Its objectName is "joinDialog". accepted() once the account is made and signed in to;
/// what is typed survives every failure. The link is settled for its life: what a person types for one server never
/// goes to another. Thread: GUI.
class JoinDialog : public QDialog
{
    Q_OBJECT
public:
    JoinDialog(const client::InviteLink& link, client::Client& client, QWidget* parent = nullptr);
    JoinDialog(const client::InviteLink& link, JoinCalls calls, QWidget* parent = nullptr);
    ~JoinDialog() override;

    const client::InviteLink& link() const;
    /// The connection in use now, which the new one would replace; invalid: none, nothing is asked.
    void setActive(const client::Connection& active);
    void setSessionOnly(bool isSessionOnly);
    /// Another invite was opened meanwhile: said, and left alone.
    void sayAnother();
    /// After accepted(): whether the new account is in use.
    bool becameActive() const;

    /// While it joins: stops waiting. Else closes the dialog.
    void reject() override;

protected:
    void changeEvent(QEvent* event) override;

private:
    class Parts;
    std::unique_ptr<Parts> m_parts;
};

} // namespace belfry::desktop
