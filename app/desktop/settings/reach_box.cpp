// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/settings/reach_box.h"

#include "app/desktop/hosting/cut_off.h"
#include "app/desktop/hosting/hosting.h"

#include <QClipboard>
#include <QGridLayout>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QUrl>
#include <QVBoxLayout>

namespace belfry::desktop {

ReachBox::ReachBox(Hosting& hosting, QWidget* parent)
    : QGroupBox(parent), m_hosting(hosting), m_here(new QRadioButton(this)), m_network(new QRadioButton(this)),
      m_what(form::sentence(this, "reachWhat")), m_address(form::line(this, "officeAddress")),
      m_pin(form::pin(this, "ownPin")), m_copyAddress(new QPushButton(this)), m_copyPin(new QPushButton(this)),
      m_firewall(form::sentence(this, "reachFirewall")), m_invite(new QPushButton(this))
{
    m_here->setObjectName(QStringLiteral("reachHere"));
    m_network->setObjectName(QStringLiteral("reachNetwork"));
    m_copyAddress->setObjectName(QStringLiteral("copyOfficeAddress"));
    m_copyPin->setObjectName(QStringLiteral("copyPin"));
    m_invite->setObjectName(QStringLiteral("inviteSomebody"));
    m_address.field->setReadOnly(true);
    for (QPushButton* button : {m_copyAddress, m_copyPin, m_invite})
        button->setAutoDefault(false);

    // Labels above: a pin is long.
    auto* grid = new QGridLayout;
    grid->addWidget(m_address.label, 0, 0);
    grid->addWidget(m_address.field, 1, 0);
    grid->addWidget(m_copyAddress, 1, 1);
    grid->addWidget(m_pin.label, 2, 0);
    grid->addWidget(m_pin.field, 3, 0);
    grid->addWidget(m_copyPin, 3, 1);
    grid->setColumnStretch(0, 1);
    auto* column = new QVBoxLayout(this);
    column->addWidget(m_here);
    column->addWidget(m_network);
    column->addWidget(m_what);
    column->addLayout(grid);
    column->addWidget(m_firewall);
    column->addWidget(m_invite, 0, Qt::AlignLeading);

    // Toggled, not clicked: so does who uses a screen reader. What it is already changes nothing.
    connect(m_network, &QRadioButton::toggled, this, &ReachBox::choose);
    connect(m_copyAddress, &QPushButton::clicked, this,
            [this] { QGuiApplication::clipboard()->setText(m_address.field->text()); });
    connect(m_copyPin, &QPushButton::clicked, this,
            [this] { QGuiApplication::clipboard()->setText(m_pin.field->text()); });
    connect(m_invite, &QPushButton::clicked, this, &ReachBox::inviteRequested);
}

void ReachBox::showEvent(QShowEvent* event)
{
    say();
    QGroupBox::showEvent(event);
}

void ReachBox::choose(bool isOnNetwork)
{
    const int others = m_hosting.othersConnected();
    if (isOnNetwork || others == 0 || !m_hosting.isOnNetwork()) {
        m_hosting.setOnNetwork(isOnNetwork);
        return;
    }
    form::ask(this, cutoff::byClosingTheNetwork(others), [this] {
        m_hosting.setOnNetwork(false);
        say();
    });
    say(); // until then it is as it was
}

void ReachBox::say()
{
    const bool isOnNetwork = m_hosting.isOnNetwork();
    const bool isOn = m_hosting.state() == Hosting::State::On;
    const QString address = m_hosting.addressForOthers();
    setTitle(tr("Who can reach it"));
    m_here->setText(tr("Programs on this computer on&ly"));
    m_network->setText(tr("The office &network: other computers, too, encrypted"));
    (isOnNetwork ? m_network : m_here)->setChecked(true);

    if (!isOnNetwork)
        m_what->clear();
    else if (!isOn)
        m_what->setText(tr("As soon as it runs, others reach it."));
    else if (address.isEmpty())
        m_what->setText(tr("This computer is in no network at the moment. Others reach the server once it is."));
    else
        m_what->setText(tr("Invite somebody, or give them an account: whoever signs in with this address for the first "
                           "time is shown a pin, and compares it with this one."));
    m_what->setVisible(!m_what->text().isEmpty());
    const bool isReached = isOnNetwork && isOn && !address.isEmpty();
    m_address.label->setText(tr("Address for &others:"));
    m_address.field->setText(address);
    m_copyAddress->setText(tr("Co&py"));
    m_copyAddress->setAccessibleName(tr("Copy the address for others"));
    m_pin.label->setText(tr("P&in of the server:"));
    m_pin.field->setText(m_hosting.pin());
    m_pin.field->setCursorPosition(0);
    m_copyPin->setText(tr("Cop&y"));
    m_copyPin->setAccessibleName(tr("Copy the pin"));
    m_firewall->setText(tr("Where another computer can't reach it, let port %1 (TCP) through this computer's firewall.")
                            .arg(QUrl(address).port()));
    for (QWidget* widget : std::initializer_list<QWidget*>{m_address.label, m_address.field, m_copyAddress, m_firewall})
        widget->setVisible(isReached);
    for (QWidget* widget : std::initializer_list<QWidget*>{m_pin.label, m_pin.field, m_copyPin})
        widget->setVisible(isOnNetwork && isOn);
    m_invite->setText(tr("In&vite somebody…"));
    m_invite->setEnabled(isOn);
}

} // namespace belfry::desktop
