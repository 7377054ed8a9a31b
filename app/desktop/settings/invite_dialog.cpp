// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/settings/invite_dialog.h"

#include "app/desktop/hosting/hosting.h"
#include "app/desktop/hosting/invites.h"
#include "app/desktop/screen_text.h"
#include "app/desktop/settings/form.h"
#include "client/invite_link.h"

#include <QClipboard>
#include <QComboBox>
#include <QDateTime>
#include <QDialogButtonBox>
#include <QEvent>
#include <QGridLayout>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QLocale>
#include <QPushButton>
#include <QSignalBlocker>
#include <QTimer>
#include <QVBoxLayout>

#include <algorithm>
#include <chrono>

namespace belfry::desktop {
namespace {

using namespace std::chrono_literals;

/// Invites run out, and are used by people elsewhere.
constexpr auto lookAgain = 15s;

QString moment(Time time)
{
    return QLocale().toString(QDateTime::fromMSecsSinceEpoch(time.time_since_epoch().count()), QLocale::ShortFormat);
}

} // namespace

class InviteDialog::Parts
{
public:
    Parts(InviteDialog& dialog, Hosting& hosting);

    void say();
    void sayPlaces();
    void sayOpen();
    void settle();
    void make();
    void made(const client::Invite& invite);
    void refused(const QString& sentence);
    QString mayText(Role role) const;

    InviteDialog& m_dialog;
    Hosting& m_hosting;
    QLabel *m_what, *m_closed, *m_roleLabel, *m_placeLabel, *m_linkWhat, *m_error, *m_openLabel;
    QComboBox *m_role, *m_place;
    QPushButton *m_openUp, *m_make, *m_copy, *m_withdraw;
    form::Line m_link;
    QListWidget* m_open;
    QTimer m_again;
    client::Invite m_made;    ///< the one whose link is shown; id 0: none
    bool m_isMaking = false;  ///< until made or refused
    bool m_wasListed = false; ///< the one whose link is shown was among the open ones
    bool m_isUsed = false;    ///< … and is no more
    bool m_isCopied = false;
};

InviteDialog::Parts::Parts(InviteDialog& dialog, Hosting& hosting)
    : m_dialog(dialog), m_hosting(hosting), m_what(form::sentence(&dialog, "inviteWhat")),
      m_closed(form::sentence(&dialog, "inviteClosed")), m_roleLabel(new QLabel(&dialog)),
      m_placeLabel(new QLabel(&dialog)), m_linkWhat(form::sentence(&dialog, "inviteLinkWhat")),
      m_error(form::sentence(&dialog, "inviteError")), m_openLabel(new QLabel(&dialog)), m_role(new QComboBox(&dialog)),
      m_place(new QComboBox(&dialog)), m_openUp(new QPushButton(&dialog)), m_make(new QPushButton(&dialog)),
      m_copy(new QPushButton(&dialog)), m_withdraw(new QPushButton(&dialog)), m_link(form::line(&dialog, "inviteLink")),
      m_open(new QListWidget(&dialog))
{
    m_role->setObjectName(QStringLiteral("inviteRole"));
    m_place->setObjectName(QStringLiteral("invitePlace"));
    m_openUp->setObjectName(QStringLiteral("openToNetwork"));
    m_make->setObjectName(QStringLiteral("makeInvite"));
    m_copy->setObjectName(QStringLiteral("copyInvite"));
    m_withdraw->setObjectName(QStringLiteral("withdrawInvite"));
    m_open->setObjectName(QStringLiteral("openInvites"));
    m_roleLabel->setBuddy(m_role);
    m_placeLabel->setBuddy(m_place);
    m_openLabel->setBuddy(m_open);
    m_open->setMinimumHeight(90);
    m_open->setWordWrap(true);
    m_open->setResizeMode(QListView::Adjust);
    m_open->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_link.field->setReadOnly(true);
    for (QComboBox* box : {m_role, m_place})
        box->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    for (const Role role : {Role::Receiver, Role::Sender, Role::Admin})
        m_role->addItem(QString(), static_cast<int>(role));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, &dialog);
    for (QPushButton* button : {m_openUp, m_make, m_copy, m_withdraw})
        button->setAutoDefault(false);

    auto* grid = new QGridLayout;
    grid->addWidget(m_roleLabel, 0, 0);
    grid->addWidget(m_role, 0, 1);
    grid->addWidget(m_placeLabel, 1, 0);
    grid->addWidget(m_place, 1, 1);
    grid->addWidget(m_make, 2, 1, Qt::AlignLeading);
    grid->addWidget(m_link.label, 3, 0);
    auto* link = new QHBoxLayout;
    link->addWidget(m_link.field, 1);
    link->addWidget(m_copy);
    grid->addLayout(link, 3, 1);
    grid->addWidget(m_linkWhat, 4, 1);
    grid->setColumnStretch(1, 1);
    auto* column = new QVBoxLayout(&dialog);
    column->addWidget(m_what);
    column->addWidget(m_closed);
    column->addWidget(m_openUp, 0, Qt::AlignLeading);
    column->addSpacing(6);
    column->addLayout(grid);
    column->addWidget(m_error);
    column->addSpacing(10);
    column->addWidget(m_openLabel);
    column->addWidget(m_open, 1);
    column->addWidget(m_withdraw, 0, Qt::AlignLeading);
    column->addStretch(0);
    column->addWidget(buttons);
    m_error->hide();
    dialog.setMinimumWidth(520);

    m_again.setInterval(lookAgain);
    QObject::connect(&m_again, &QTimer::timeout, &dialog, [this] {
        if (m_dialog.isVisible() && m_hosting.state() == Hosting::State::On)
            m_hosting.invites().refresh();
    });
    m_again.start();
    QObject::connect(buttons, &QDialogButtonBox::rejected, &dialog, &QDialog::reject);
    QObject::connect(m_openUp, &QPushButton::clicked, &dialog, [this] {
        m_hosting.setOnNetwork(true);
        if (m_hosting.state() == Hosting::State::Off)
            m_hosting.turnOn();
        settle();
    });
    QObject::connect(m_make, &QPushButton::clicked, &dialog, [this] { make(); });
    QObject::connect(m_copy, &QPushButton::clicked, &dialog, [this] {
        QGuiApplication::clipboard()->setText(m_link.field->text());
        m_isCopied = true;
        settle();
    });
    QObject::connect(m_withdraw, &QPushButton::clicked, &dialog, [this] {
        if (const QListWidgetItem* item = m_open->currentItem())
            m_hosting.invites().withdraw(item->data(Qt::UserRole).toLongLong());
    });
    QObject::connect(m_open, &QListWidget::currentItemChanged, &dialog, [this] { settle(); });
    QObject::connect(&hosting, &Hosting::stateChanged, &dialog, [this](Hosting::State state) {
        m_isMaking = m_isMaking && state == Hosting::State::On;
        sayPlaces();
        settle();
    });
    QObject::connect(&hosting, &Hosting::ownerSignedIn, &dialog, [this] { m_hosting.invites().refresh(); });
    QObject::connect(&hosting, &Hosting::othersConnectedChanged, &dialog, [this] {
        if (m_hosting.state() == Hosting::State::On)
            m_hosting.invites().refresh(); // somebody has joined, perhaps
    });
    QObject::connect(&hosting.invites(), &Invites::openChanged, &dialog, [this] { sayOpen(); });
    QObject::connect(&hosting.invites(), &Invites::made, &dialog, [this](const client::Invite& one) { made(one); });
    QObject::connect(&hosting.invites(), &Invites::refused, &dialog, [this](const QString& why) { refused(why); });
    say();
}

QString InviteDialog::Parts::mayText(Role role) const
{
    switch (role) {
    case Role::Receiver:
        return tr("Receive messages");
    case Role::Sender:
        return tr("Receive and send messages");
    case Role::Admin:
        return tr("Administer: everything, people too");
    }
    return {};
}

void InviteDialog::Parts::say()
{
    m_dialog.setWindowTitle(tr("Invite somebody"));
    m_what->setText(
        tr("A link lets one person make an account on your server. It works once, for 24 hours. Hand it over "
           "in private: whoever opens it first is in."));
    m_openUp->setText(tr("&Open it to the office network"));
    m_roleLabel->setText(tr("They m&ay:"));
    for (int at = 0; at < m_role->count(); ++at)
        m_role->setItemText(at, mayText(static_cast<Role>(m_role->itemData(at).toInt())));
    m_placeLabel->setText(tr("A&ddress in the link:"));
    m_make->setText(tr("&Make a link"));
    m_link.label->setText(tr("&Link:"));
    m_copy->setText(tr("Cop&y"));
    m_copy->setAccessibleName(tr("Copy the link"));
    m_withdraw->setText(tr("&Take it back"));
    sayPlaces();
    sayOpen();
    settle();
}

/// The addresses that a link may lead to; the best is chosen.
void InviteDialog::Parts::sayPlaces()
{
    const QString chosen = m_place->currentText();
    const QSignalBlocker quiet(m_place);
    m_place->clear();
    for (const app::Place& place : m_hosting.placesForOthers())
        m_place->addItem(place.text(), QVariantList{place.host, place.port});
    m_place->setCurrentIndex(std::max(0, m_place->findText(chosen)));
}

void InviteDialog::Parts::sayOpen()
{
    const std::vector<client::Invite>& open = m_hosting.invites().open();
    const qint64 chosen = m_open->currentItem() ? m_open->currentItem()->data(Qt::UserRole).toLongLong() : 0;
    {
        const QSignalBlocker quiet(m_open);
        m_open->clear();
        for (const client::Invite& invite : open) {
            auto* item =
                new QListWidgetItem(tr("%1 – made %2, runs out %3", "what somebody may do, and two moments")
                                        .arg(mayText(invite.role), moment(invite.createdAt), moment(invite.expiresAt)),
                                    m_open);
            item->setData(Qt::UserRole, qint64(invite.id));
            if (invite.id == chosen)
                m_open->setCurrentItem(item);
        }
    }
    const bool isListed =
        std::any_of(open.begin(), open.end(), [this](const client::Invite& each) { return each.id == m_made.id; });
    m_isUsed = m_isUsed || (m_wasListed && !isListed);
    m_wasListed = isListed;
    settle();
}

void InviteDialog::Parts::settle()
{
    const bool isOn = m_hosting.state() == Hosting::State::On;
    const bool isClosed = !m_hosting.isOnNetwork();
    const bool isReached = isOn && m_place->count() > 0;
    if (isClosed)
        m_closed->setText(tr("Only programs on this computer can reach your server now: nobody else could use a link. "
                             "Open it to the office network first; what goes over it is encrypted."));
    else if (m_hosting.state() == Hosting::State::Failed)
        m_closed->setText(QStringLiteral("✗ ") + screen::line(m_hosting.sentence(), 400));
    else if (!isOn)
        m_closed->setText(tr("The local server is starting …"));
    else
        m_closed->setText(tr("This computer is in no network at the moment: nobody else could use a link."));
    m_closed->setVisible(isClosed || !isReached);
    m_openUp->setVisible(isClosed);
    m_placeLabel->setVisible(!isClosed && m_place->count() > 1);
    m_place->setVisible(!isClosed && m_place->count() > 1);
    for (QWidget* widget : std::initializer_list<QWidget*>{m_roleLabel, m_role, m_make})
        widget->setVisible(!isClosed);
    m_role->setEnabled(isReached);
    m_make->setEnabled(isReached && !m_isMaking);

    const bool hasLink = m_made.id != 0;
    m_linkWhat->setText(
        m_isUsed     ? tr("✓ This invite is open no more: it was used or taken back.")
        : m_isCopied ? tr("✓ Copied. It works once, until %1.").arg(moment(m_made.expiresAt))
                     : tr("It works once, until %1. It is shown only here and now.").arg(moment(m_made.expiresAt)));
    for (QWidget* widget : std::initializer_list<QWidget*>{m_link.label, m_link.field, m_copy, m_linkWhat})
        widget->setVisible(hasLink);
    m_link.field->setEnabled(!m_isUsed);
    m_copy->setEnabled(!m_isUsed);
    const bool hasOpen = m_open->count() > 0;
    m_openLabel->setText(hasOpen ? tr("Open in&vites:") : tr("There are no open invites."));
    m_open->setVisible(hasOpen);
    m_withdraw->setVisible(hasOpen);
    m_open->setEnabled(isOn);
    m_withdraw->setEnabled(isOn && m_open->currentItem() != nullptr);
    form::grow(m_dialog);
}

void InviteDialog::Parts::make()
{
    m_isMaking = true;
    m_error->hide();
    settle();
    m_hosting.invites().make(static_cast<Role>(m_role->currentData().toInt()));
}

void InviteDialog::Parts::made(const client::Invite& invite)
{
    m_isMaking = false;
    m_isUsed = m_isCopied = m_wasListed = false;
    m_made = invite;
    m_made.code.clear(); // in the link only
    const QVariantList place = m_place->currentData().toList();
    m_link.field->setText(
        client::inviteLink(place.value(0).toString(), place.value(1).toInt(), m_hosting.pin(), invite.code));
    m_link.field->setCursorPosition(0);
    settle();
    m_copy->setFocus(Qt::OtherFocusReason);
}

void InviteDialog::Parts::refused(const QString& sentence)
{
    m_isMaking = false;
    m_error->setText(QStringLiteral("✗ ") + screen::line(sentence, 300));
    m_error->show();
    settle();
}

InviteDialog::InviteDialog(Hosting& hosting, QWidget* parent)
    : QDialog(parent), m_parts(std::make_unique<Parts>(*this, hosting))
{
    setObjectName(QStringLiteral("inviteDialog"));
}

InviteDialog::~InviteDialog() = default;

void InviteDialog::showEvent(QShowEvent* event)
{
    m_parts->sayPlaces();
    m_parts->settle();
    if (m_parts->m_hosting.state() == Hosting::State::On)
        m_parts->m_hosting.invites().refresh();
    QDialog::showEvent(event);
}

void InviteDialog::changeEvent(QEvent* event)
{
    QDialog::changeEvent(event);
    if (event->type() == QEvent::LanguageChange && m_parts)
        m_parts->say();
}

} // namespace belfry::desktop
