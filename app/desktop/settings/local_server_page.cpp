// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/hosting/cut_off.h"
#include "app/desktop/hosting/hosting.h"
#include "app/desktop/screen_text.h"
#include "app/desktop/settings/form.h"
#include "app/desktop/settings/invite_dialog.h"
#include "app/desktop/settings/pages.h"
#include "app/desktop/settings/reach_box.h"

#include <QCheckBox>
#include <QClipboard>
#include <QFormLayout>
#include <QGroupBox>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace belfry::desktop {

LocalServerPage::LocalServerPage(Hosting& hosting, QWidget* parent)
    : SettingsPage(parent), m_hosting(hosting), m_on(new QCheckBox(this)), m_what(new QLabel(this)),
      m_state(new QLabel(this)), m_addressLabel(new QLabel(this)), m_address(new QLineEdit(this)),
      m_copy(new QPushButton(this)), m_again(new QPushButton(this)), m_otherPort(new QPushButton(this)),
      m_reach(new ReachBox(hosting, this)), m_passwordBox(new QGroupBox(this)), m_passwordWhat(new QLabel(this)),
      m_passwordLabel(new QLabel(this)), m_password(new QLineEdit(this)), m_repeatLabel(new QLabel(this)),
      m_repeat(new QLineEdit(this)), m_setPassword(new QPushButton(this)), m_passwordResult(new QLabel(this))
{
    m_on->setObjectName(QStringLiteral("hostLocalServer"));
    m_state->setObjectName(QStringLiteral("hostingState"));
    m_address->setObjectName(QStringLiteral("serverAddress"));
    m_copy->setObjectName(QStringLiteral("copyAddress"));
    m_address->setReadOnly(true);
    m_addressLabel->setBuddy(m_address);
    m_passwordLabel->setBuddy(m_password);
    m_repeatLabel->setBuddy(m_repeat);
    m_password->setEchoMode(QLineEdit::Password);
    m_repeat->setEchoMode(QLineEdit::Password);
    for (QLabel* label : {m_what, m_state, m_passwordWhat, m_passwordResult}) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
    }
    for (QPushButton* button : {m_copy, m_again, m_otherPort, m_setPassword})
        button->setAutoDefault(false);
    m_passwordResult->hide();

    auto* address = new QHBoxLayout;
    address->addWidget(m_addressLabel);
    address->addWidget(m_address, 1);
    address->addWidget(m_copy);
    auto* trouble = new QHBoxLayout;
    trouble->addWidget(m_again);
    trouble->addWidget(m_otherPort);
    trouble->addStretch(1);
    auto* form = new QFormLayout;
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->addRow(m_passwordLabel, m_password);
    form->addRow(m_repeatLabel, m_repeat);
    form->addRow(nullptr, m_setPassword);
    auto* box = new QVBoxLayout(m_passwordBox);
    box->addWidget(m_passwordWhat);
    box->addLayout(form);
    box->addWidget(m_passwordResult);
    auto* column = new QVBoxLayout(this);
    column->addWidget(m_on);
    column->addWidget(m_what);
    column->addSpacing(6);
    column->addWidget(m_state);
    column->addLayout(trouble);
    column->addLayout(address);
    column->addSpacing(10);
    column->addWidget(m_reach);
    column->addSpacing(10);
    column->addWidget(m_passwordBox);
    column->addStretch(1);

    // Toggled, not clicked: so does who uses a screen reader.
    connect(m_on, &QCheckBox::toggled, this, [this](bool on) {
        if (on == (m_hosting.state() != Hosting::State::Off))
            return; // said, not chosen
        const int others = m_hosting.othersConnected();
        if (on)
            m_hosting.turnOn();
        else if (others > 0)
            form::ask(this, cutoff::byTurningOff(others), [this] {
                m_hosting.turnOff();
                say();
            });
        else
            m_hosting.turnOff();
        say(); // the mark follows the server, not the click
    });
    connect(m_copy, &QPushButton::clicked, this,
            [this] { QGuiApplication::clipboard()->setText(m_hosting.address()); });
    connect(m_reach, &ReachBox::inviteRequested, this, [this] {
        auto* dialog = new InviteDialog(m_hosting, window());
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->open();
    });
    connect(m_again, &QPushButton::clicked, &hosting, &Hosting::turnOn);
    connect(m_otherPort, &QPushButton::clicked, &hosting, &Hosting::useAnotherPort);
    for (QLineEdit* line : {m_password, m_repeat}) {
        connect(line, &QLineEdit::textChanged, this, [this] {
            m_passwordResult->hide(); // it was about another one
            say();
        });
        connect(line, &QLineEdit::returnPressed, this, &LocalServerPage::setPassword);
    }
    connect(m_setPassword, &QPushButton::clicked, this, &LocalServerPage::setPassword);
    connect(&hosting, &Hosting::stateChanged, this, [this] { say(); });
    connect(&hosting, &Hosting::othersConnectedChanged, this, [this] { say(); });
    connect(&hosting, &Hosting::ownerSignedIn, this, [this] { say(); });
    connect(&hosting, &Hosting::ownerPasswordSet, this, [this] {
        m_password->clear();
        m_repeat->clear();
        m_passwordResult->setText(tr("✓ The password is set."));
        m_passwordResult->show();
        say();
    });
    connect(&hosting, &Hosting::ownerPasswordRefused, this, [this](const QString& sentence) {
        m_passwordResult->setText(QStringLiteral("✗ ") + screen::line(sentence));
        m_passwordResult->show();
        say();
    });
    say();
}

void LocalServerPage::setPassword()
{
    if (m_setPassword->isEnabled())
        m_hosting.setOwnerPassword(m_password->text());
}

void LocalServerPage::say()
{
    const Hosting::State state = m_hosting.state();
    const bool isOn = state == Hosting::State::On;
    m_on->setText(tr("&Run a server on this computer"));
    m_on->setChecked(state != Hosting::State::Off);
    m_what->setText(m_hosting.isOnNetwork()
                        ? tr("Programs on this computer and people in the office can send messages through it.")
                        : tr("Programs on this computer can send you messages through it."));
    QString text;
    switch (state) {
    case Hosting::State::Off:
        text = tr("○ It is off.");
        break;
    case Hosting::State::Starting:
        text = tr("○ It is starting …");
        break;
    case Hosting::State::On:
        text = m_hosting.othersConnected() > 0
                   ? tr("● It is running, %Ln other(s) connected.", nullptr, m_hosting.othersConnected())
                   : tr("● It is running.");
        break;
    case Hosting::State::Failed:
        text = QStringLiteral("✗ ") + screen::line(m_hosting.sentence(), 400);
        break;
    }
    m_state->setText(text);
    m_again->setText(tr("&Try again"));
    m_otherPort->setText(tr("Use another &port"));
    m_again->setVisible(state == Hosting::State::Failed);
    m_otherPort->setVisible(state == Hosting::State::Failed && m_hosting.isPortTaken());
    m_addressLabel->setText(m_hosting.isOnNetwork() ? tr("&Address on this computer:") : tr("&Address:"));
    m_address->setText(m_hosting.address());
    m_copy->setText(tr("&Copy"));
    m_copy->setToolTip(tr("Copies the address"));
    for (QWidget* widget : std::initializer_list<QWidget*>{m_addressLabel, m_address, m_copy})
        widget->setVisible(isOn);

    m_reach->say();

    m_passwordBox->setTitle(tr("Signing in from elsewhere"));
    m_passwordWhat->setText(m_hosting.ownerName().isEmpty()
                                ? tr("To sign in to this server from another program, set a password for your account.")
                                : tr("To sign in to this server from another program as %1, set a password.")
                                      .arg(screen::isolated(m_hosting.ownerName(), 64)));
    m_passwordLabel->setText(tr("New pass&word:"));
    m_repeatLabel->setText(tr("Once &more:"));
    m_setPassword->setText(tr("&Set the password"));
    m_password->setPlaceholderText(tr("at least 8 characters"));
    m_passwordBox->setEnabled(isOn);
    m_setPassword->setEnabled(form::mayBePassword(m_password->text()) && m_password->text() == m_repeat->text());
    m_setPassword->setToolTip(m_password->text() != m_repeat->text() ? tr("The two passwords differ.") : QString());
}

} // namespace belfry::desktop
