// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/history/link_words.h"
#include "app/desktop/screen_text.h"
#include "app/desktop/settings/pages.h"
#include "app/desktop/settings/sign_ins_box.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include <chrono>

namespace belfry::desktop {
namespace {

AccountCalls signInsCallsOf(client::Client& client)
{
    return {
        [&client] { return client.sessions(); }, [&client](qint64 id) { return client.endSession(id); },
        [&client](const QString& earlier, const QString& password) { return client.changePassword(earlier, password); },
        [&client] { client.signOut(); }};
}

} // namespace

AccountPage::AccountPage(client::Client& client, QWidget* parent)
    : SettingsPage(parent), m_client(client), m_state(new QLabel(this)), m_listLabel(new QLabel(this)),
      m_list(new QListWidget(this)), m_use(new QPushButton(this)), m_signIn(new QPushButton(this)),
      m_signOut(new QPushButton(this)), m_note(new QLabel(this)),
      m_signIns(new SignInsBox(signInsCallsOf(client), this))
{
    m_state->setObjectName(QStringLiteral("accountState"));
    m_list->setObjectName(QStringLiteral("connections"));
    m_signIn->setObjectName(QStringLiteral("signInElsewhere"));
    m_signOut->setObjectName(QStringLiteral("signOut"));
    m_listLabel->setBuddy(m_list);
    m_list->setMinimumHeight(90);
    for (QLabel* label : {m_state, m_note}) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
    }
    for (QPushButton* button : {m_use, m_signIn, m_signOut})
        button->setAutoDefault(false);
    auto* column = new QVBoxLayout(this);
    column->addWidget(m_state);
    column->addSpacing(6);
    column->addWidget(m_listLabel);
    column->addWidget(m_list, 1);
    column->addWidget(m_use, 0, Qt::AlignLeading);
    column->addWidget(m_signIn, 0, Qt::AlignLeading);
    column->addWidget(m_signOut, 0, Qt::AlignLeading);
    column->addWidget(m_note);
    column->addSpacing(10);
    column->addWidget(m_signIns, 1);

    const auto use = [this] {
        if (const QListWidgetItem* item = m_list->currentItem())
            m_client.switchTo(item->data(Qt::UserRole).toString());
    };
    connect(m_use, &QPushButton::clicked, this, use);
    connect(m_list, &QListWidget::itemActivated, this, use);
    connect(m_list, &QListWidget::currentItemChanged, this, [this](QListWidgetItem* item) {
        m_use->setEnabled(item && item->data(Qt::UserRole).toString() != m_client.active().id);
    });
    connect(m_signIn, &QPushButton::clicked, this, &AccountPage::signInRequested);
    connect(m_signOut, &QPushButton::clicked, &client, &client::Client::signOut);
    m_countdown.setInterval(std::chrono::seconds(1));
    connect(&m_countdown, &QTimer::timeout, this, &AccountPage::sayState);
    connect(&client, &client::Client::connectionsChanged, this, [this] { say(); });
    connect(&client, &client::Client::activeChanged, this, [this] { say(); });
    connect(&client, &client::Client::statusChanged, this, [this] { say(); });
    say();
}

void AccountPage::showEvent(QShowEvent* event)
{
    m_signIns->refresh();
    SettingsPage::showEvent(event);
}

void AccountPage::say()
{
    const client::Connection active = m_client.active();
    m_signIns->setAccount(active, m_client.status().isConnected());
    m_signIns->say();
    m_listLabel->setText(tr("Your &accounts:"));
    m_list->setAccessibleName(tr("Your accounts")); // a list is not read out by its label
    m_use->setText(tr("&Use this account"));
    m_signIn->setText(tr("Sign &in to another server…"));
    m_signOut->setText(tr("Sign &out"));
    m_note->setText(tr("What was received stays readable here after signing out."));
    sayState();

    const QString chosen =
        m_list->currentItem() ? m_list->currentItem()->data(Qt::UserRole).toString() : QString(active.id);
    const QSignalBlocker quiet(m_list);
    m_list->clear();
    for (const client::Connection& connection : m_client.connections()) {
        const QString server = connection.isOwnServer            ? tr("This computer")
                               : connection.serverName.isEmpty() ? screen::line(connection.address.host(), 60)
                                                                 : screen::line(connection.serverName, 60);
        QString text = tr("%1 on %2", "a person's name and a server's")
                           .arg(screen::isolated(connection.userName, 60), screen::isolated(server));
        if (connection.id == active.id)
            text = tr("%1 (in use)").arg(text);
        auto* item = new QListWidgetItem(text, m_list);
        item->setData(Qt::UserRole, connection.id);
        item->setToolTip(screen::tooltip(connection.address.toString(QUrl::RemoveUserInfo)));
        if (connection.id == chosen)
            m_list->setCurrentItem(item);
    }
    const QListWidgetItem* current = m_list->currentItem();
    m_use->setEnabled(current && current->data(Qt::UserRole).toString() != active.id);
    m_signOut->setEnabled(active.isValid() && !active.isOwnServer);
    m_signOut->setToolTip(active.isOwnServer ? tr("Your own server signs you in by itself.") : QString());
}

void AccountPage::sayState()
{
    const client::LinkStatus status = m_client.status();
    m_state->setText(linkLine(status, 0, QDateTime::currentDateTime()).sentence);
    if (status.state == client::LinkState::Waiting)
        m_countdown.start(); // it says in how many seconds it tries again
    else
        m_countdown.stop();
}

} // namespace belfry::desktop
