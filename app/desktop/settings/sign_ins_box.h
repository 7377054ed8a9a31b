// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/client.h"

#include <QGroupBox>

#include <functional>

class QLabel;
class QListWidget;
class QPushButton;

namespace belfry::desktop {

/// What the box and its password dialog ask of the client (client/client.h has the meanings); a test answers in its
/// place.
struct AccountCalls
{
    std::function<QFuture<Result<QList<client::OpenSession>>>()> sessions;
    std::function<QFuture<Result<void>>(qint64 id)> endSession;
    std::function<QFuture<Result<void>>(const QString& earlier, const QString& password)> changePassword;
    std::function<void()> signOut;
};

/// Where the account in use is signed in: each machine one, the present one marked, and each can be ended. Shown while
/// connected to a server that keeps such a list. Thread: GUI.
class SignInsBox : public QGroupBox
{
    Q_OBJECT
public:
    explicit SignInsBox(AccountCalls calls, QWidget* parent = nullptr);

    /// The account in use, and whether its server is there: asks for the list again.
    void setAccount(const client::Connection& active, bool isConnected);
    /// Texts and present values.
    void say();
    void refresh();

private:
    void settle();
    void end();
    void changePassword();
    void tell(const QString& sentence);

    AccountCalls m_calls;
    QListWidget* m_list;
    QPushButton* m_end;
    QPushButton* m_password;
    QLabel* m_told;
    QList<client::OpenSession> m_sessions;
    client::Connection m_active;
    bool m_isConnected = false;
    bool m_isOffered = false; ///< its server keeps such a list
    quint64 m_asked = 0;      ///< of several answers the last one asked for counts
};

} // namespace belfry::desktop
