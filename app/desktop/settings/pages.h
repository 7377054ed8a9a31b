// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QTimer>
#include <QWidget>

class QCheckBox;
class QComboBox;
class QGroupBox;
class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;

namespace belfry::client {
class Client;
struct Connection;
} // namespace belfry::client

namespace belfry::desktop {

class Hosting;
class Preferences;
class ReachBox;
class SignInsBox;

/// A page of the settings: says its words anew when the language changes. Changes apply at once. Thread: GUI.
class SettingsPage : public QWidget
{
    Q_OBJECT
public:
    using QWidget::QWidget;

protected:
    void changeEvent(QEvent* event) override;
    /// Texts and present values.
    virtual void say() = 0;
};

/// Whether Belfry starts with the session, and its language.
class GeneralPage : public SettingsPage
{
    Q_OBJECT
public:
    explicit GeneralPage(Preferences& preferences, QWidget* parent = nullptr);

protected:
    void say() override;

private:
    Preferences& m_preferences;
    QCheckBox* m_start;
    QLabel* m_startFault;
    QLabel* m_languageLabel;
    QComboBox* m_language;
    QLabel* m_theme;
};

/// What pops up, and until when nothing is to disturb.
class NotificationsPage : public SettingsPage
{
    Q_OBJECT
public:
    explicit NotificationsPage(Preferences& preferences, QWidget* parent = nullptr);

protected:
    void say() override;

private:
    void choose(int index);

    Preferences& m_preferences;
    QGroupBox* m_popups;
    QList<QCheckBox*> m_priorities;
    QLabel* m_note;
    QLabel* m_quietLabel;
    QComboBox* m_quiet;
};

/// Where one is signed in: which connection is used, signing in and out, removing; of the one in use its sign-ins and
/// password. To choose one in the list does nothing to it: its buttons do, and what cuts off or deletes asks first.
class AccountPage : public SettingsPage
{
    Q_OBJECT
public:
    explicit AccountPage(client::Client& client, QWidget* parent = nullptr);

Q_SIGNALS:
    /// @param connectionId  again, to this one; empty: to another server
    void signInRequested(const QString& connectionId);

protected:
    void say() override;
    /// Where one is signed in changes elsewhere: looked at anew.
    void showEvent(QShowEvent* event) override;

private:
    void sayState();
    void sayAccounts();
    void settle();
    client::Connection chosen() const;
    void choose(const QString& connectionId);
    bool isSignedOut(const client::Connection& connection) const;
    void askToSignOut(const client::Connection& one);
    void askToRemove(const client::Connection& one);

    client::Client& m_client;
    QTimer m_countdown;
    QLabel* m_state;
    QLabel* m_notKept;
    QLabel* m_listLabel;
    QListWidget* m_list;
    QPushButton* m_use;
    QPushButton* m_signInAgain;
    QPushButton* m_signOut;
    QPushButton* m_remove;
    QPushButton* m_signIn;
    QLabel* m_note;
    SignInsBox* m_signIns;
};

/// The server in this program: on or off, whom it reaches, and the owner's password.
class LocalServerPage : public SettingsPage
{
    Q_OBJECT
public:
    explicit LocalServerPage(Hosting& hosting, QWidget* parent = nullptr);

protected:
    void say() override;

private:
    void setPassword();

    Hosting& m_hosting;
    QCheckBox* m_on;
    QLabel* m_what;
    QLabel* m_state;
    QLabel* m_addressLabel;
    QLineEdit* m_address;
    QPushButton* m_copy;
    QPushButton* m_again;
    QPushButton* m_otherPort;
    ReachBox* m_reach;
    QGroupBox* m_passwordBox;
    QLabel* m_passwordWhat;
    QLabel* m_passwordLabel;
    QLineEdit* m_password;
    QLabel* m_repeatLabel;
    QLineEdit* m_repeat;
    QPushButton* m_setPassword;
    QLabel* m_passwordResult;
};

} // namespace belfry::desktop
