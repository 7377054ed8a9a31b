// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/history/link_words.h"
#include "app/desktop/screen_text.h"
#include "app/desktop/settings/form.h"
#include "app/desktop/settings/pages.h"
#include "app/desktop/settings/sign_ins_box.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QMessageBox>
#include <QPushButton>
#include <QStyle>
#include <QVBoxLayout>

#include <algorithm>
#include <chrono>

namespace belfry::desktop {
namespace {

AccountCalls signInsCallsOf(client::Client& client, std::function<void()> signOut)
{
    return {
        [&client] { return client.sessions(); }, [&client](qint64 id) { return client.endSession(id); },
        [&client](const QString& earlier, const QString& password) { return client.changePassword(earlier, password); },
        std::move(signOut)};
}

QString serverOf(const client::Connection& connection)
{
    return connection.isOwnServer            ? AccountPage::tr("This computer")
           : connection.serverName.isEmpty() ? screen::line(connection.address.host(), 60)
                                             : screen::line(connection.serverName, 60);
}

QString nameOf(const client::Connection& connection)
{
    return AccountPage::tr("%1 on %2", "a person's name and a server's")
        .arg(screen::isolated(connection.userName, 60), screen::isolated(serverOf(connection)));
}

} // namespace

AccountPage::AccountPage(client::Client& client, QWidget* parent)
    : SettingsPage(parent), m_client(client), m_state(form::sentence(this, "accountState")),
      m_notKept(form::sentence(this, "notKept")), m_listLabel(new QLabel(this)), m_list(new QListWidget(this)),
      m_use(new QPushButton(this)), m_signInAgain(new QPushButton(this)), m_signOut(new QPushButton(this)),
      m_remove(new QPushButton(this)), m_signIn(new QPushButton(this)), m_note(form::sentence(this, "accountNote")),
      m_signIns(new SignInsBox(signInsCallsOf(client, [this] { askToSignOut(m_client.active()); }), this))
{
    m_list->setObjectName(QStringLiteral("connections"));
    m_use->setObjectName(QStringLiteral("useAccount"));
    m_signInAgain->setObjectName(QStringLiteral("signInAgain"));
    m_signOut->setObjectName(QStringLiteral("signOut"));
    m_remove->setObjectName(QStringLiteral("removeAccount"));
    m_signIn->setObjectName(QStringLiteral("signInElsewhere"));
    m_listLabel->setBuddy(m_list);
    m_list->setMinimumHeight(90);
    auto* aboutOne = new QHBoxLayout;
    for (QPushButton* button : {m_use, m_signInAgain, m_signOut, m_remove}) {
        button->setAutoDefault(false);
        aboutOne->addWidget(button);
    }
    aboutOne->addStretch(1);
    m_signIn->setAutoDefault(false);
    auto* column = new QVBoxLayout(this);
    column->addWidget(m_state);
    column->addWidget(m_notKept);
    column->addSpacing(6);
    column->addWidget(m_listLabel);
    column->addWidget(m_list, 1);
    column->addLayout(aboutOne);
    column->addWidget(m_note);
    column->addWidget(m_signIn, 0, Qt::AlignLeading);
    column->addSpacing(10);
    column->addWidget(m_signIns, 1);

    const auto use = [this] { m_client.switchTo(chosen().id); };
    connect(m_use, &QPushButton::clicked, this, use);
    // Never by activation: that is a single click on some platforms, and to look at an account is not to switch.
    connect(m_list, &QListWidget::itemDoubleClicked, this, [this, use] {
        if (!m_list->style()->styleHint(QStyle::SH_ItemView_ActivateItemOnSingleClick, nullptr, m_list))
            use();
    });
    connect(m_list, &QListWidget::currentItemChanged, this, &AccountPage::settle);
    connect(m_signIn, &QPushButton::clicked, this, [this] { Q_EMIT signInRequested({}); });
    connect(m_signInAgain, &QPushButton::clicked, this, [this] { Q_EMIT signInRequested(chosen().id); });
    connect(m_signOut, &QPushButton::clicked, this, [this] { askToSignOut(chosen()); });
    connect(m_remove, &QPushButton::clicked, this, [this] { askToRemove(chosen()); });
    m_countdown.setInterval(std::chrono::seconds(1));
    connect(&m_countdown, &QTimer::timeout, this, &AccountPage::sayState);
    connect(&client, &client::Client::connectionsChanged, this, [this] { say(); });
    connect(&client, &client::Client::activeChanged, this, [this](const client::Connection& active) {
        say();
        choose(active.id);
    });
    connect(&client, &client::Client::statusChanged, this, [this] { say(); });
    say();
}

void AccountPage::showEvent(QShowEvent* event)
{
    m_signIns->refresh();
    SettingsPage::showEvent(event);
}

client::Connection AccountPage::chosen() const
{
    const QString id = m_list->currentItem() ? m_list->currentItem()->data(Qt::UserRole).toString() : QString();
    const QList<client::Connection> all = m_client.connections();
    const auto found = std::find_if(all.cbegin(), all.cend(), [&id](const auto& one) { return one.id == id; });
    return found == all.cend() ? client::Connection() : *found;
}

void AccountPage::choose(const QString& connectionId)
{
    for (int row = 0; row < m_list->count(); ++row) {
        if (m_list->item(row)->data(Qt::UserRole).toString() == connectionId)
            m_list->setCurrentRow(row);
    }
}

bool AccountPage::isSignedOut(const client::Connection& connection) const
{
    return connection.isSignedOut ||
           (connection.id == m_client.active().id && m_client.status().state == client::LinkState::SignedOut);
}

void AccountPage::say()
{
    const client::Connection active = m_client.active();
    m_signIns->setAccount(active, m_client.status().isConnected());
    m_signIns->say();
    m_listLabel->setText(tr("Your &accounts:"));
    m_list->setAccessibleName(tr("Your accounts")); // a list is not read out by its label
    m_use->setText(tr("&Use this account"));
    m_signInAgain->setText(tr("Sign in a&gain…"));
    m_remove->setText(tr("&Remove…"));
    m_signIn->setText(tr("Sign &in to another server…"));
    m_note->setText(tr("What was received stays readable here after signing out."));
    sayState();
    sayAccounts();
    settle();
}

/// Rows change where they are: a screen reader and the keyboard keep their place.
void AccountPage::sayAccounts()
{
    const client::Connection active = m_client.active();
    const QList<client::Connection> all = m_client.connections();
    const bool isFirstTime = m_list->count() == 0;
    for (int row = m_list->count() - 1; row >= 0; --row) {
        const QString id = m_list->item(row)->data(Qt::UserRole).toString();
        if (std::none_of(all.cbegin(), all.cend(), [&id](const auto& one) { return one.id == id; }))
            delete m_list->takeItem(row);
    }
    for (int row = 0; row < all.size(); ++row) {
        const client::Connection& one = all.at(row);
        QListWidgetItem* item = row < m_list->count() ? m_list->item(row) : nullptr;
        const bool isNew = !item || item->data(Qt::UserRole).toString() != one.id;
        if (isNew) {
            item = new QListWidgetItem;
            item->setData(Qt::UserRole, one.id);
            m_list->insertItem(row, item);
        }
        const bool isUsed = one.id == active.id;
        item->setText(isUsed && isSignedOut(one) ? tr("%1 (in use, signed out)").arg(nameOf(one))
                      : isUsed                   ? tr("%1 (in use)").arg(nameOf(one))
                      : isSignedOut(one)         ? tr("%1 (signed out)").arg(nameOf(one))
                                                 : nameOf(one));
        item->setToolTip(screen::tooltip(one.address.toString(QUrl::RemoveUserInfo)));
        if (isNew && !isFirstTime)
            m_list->setCurrentItem(item); // just signed in to, or joined
    }
    if (isFirstTime || !m_list->currentItem())
        choose(active.id);
}

/// The buttons, by the account that is chosen.
void AccountPage::settle()
{
    const client::Connection one = chosen();
    const bool isOthers = one.isValid() && !one.isOwnServer;
    const bool isOut = isSignedOut(one);
    m_use->setEnabled(one.isValid() && one.id != m_client.active().id);
    m_signInAgain->setVisible(isOthers && isOut);
    m_signOut->setText(isOthers ? tr("Sign %1 &out…").arg(screen::label(one.userName, 30)) : tr("Sign &out…"));
    m_signOut->setEnabled(isOthers && !isOut);
    m_signOut->setToolTip(one.isOwnServer ? tr("Your own server signs you in by itself.") : QString());
    m_remove->setEnabled(isOthers);
    m_remove->setAccessibleDescription(isOthers ? nameOf(one) : QString());
    m_remove->setToolTip(one.isOwnServer ? tr("The account on your own server stays.") : QString());
}

void AccountPage::askToSignOut(const client::Connection& one)
{
    if (!one.isValid())
        return;
    form::ask(this,
              {"signOutQuestion", tr("Sign out"), tr("Sign out %1?").arg(nameOf(one)),
               tr("You get no messages from %1 until you sign in again. What was received stays readable here.")
                   .arg(screen::isolated(serverOf(one))),
               tr("Sign &out")},
              [this, id = one.id] { m_client.signOut(id); });
}

void AccountPage::askToRemove(const client::Connection& one)
{
    if (!one.isValid())
        return;
    form::ask(this,
              {"removeQuestion", tr("Remove account"), tr("Remove %1 from this computer?").arg(nameOf(one)),
               tr("All its messages are deleted here, also unread ones, and answers that were not sent yet. What "
                  "is on the server stays there, and so does the account itself."),
               tr("&Remove")},
              [this, id = one.id] { m_client.removeConnection(id); });
}

void AccountPage::sayState()
{
    const client::LinkStatus status = m_client.status();
    m_state->setText(linkLine(status, 0, QDateTime::currentDateTime()).sentence);
    m_notKept->setVisible(!status.notKept.isEmpty());
    m_notKept->setText(QStringLiteral("⚠ ") + notKeptSentence() + u' ' + screen::line(status.notKept, 300));
    if (status.state == client::LinkState::Waiting)
        m_countdown.start(); // it says in how many seconds it tries again
    else
        m_countdown.stop();
}

} // namespace belfry::desktop
