// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/settings/join_dialog.h"

#include "app/desktop/answers.h"
#include "app/desktop/screen_text.h"
#include "app/desktop/settings/form.h"
#include "app/invite_place.h"

#include <QCheckBox>
#include <QDialogButtonBox>
#include <QEvent>
#include <QGridLayout>
#include <QGroupBox>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QRadioButton>
#include <QScrollArea>
#include <QVBoxLayout>

namespace belfry::desktop {
namespace {

JoinCalls joinCallsOf(client::Client& client)
{
    return {
        [&client](const client::InviteLink& link) { return client.probe(link.address.toString(), false, link.pin); },
        [&client](const client::InviteLink& link, const client::NewAccount& wish) { return client.join(link, wish); }};
}

} // namespace

class JoinDialog::Parts
{
public:
    Parts(JoinDialog& dialog, const client::InviteLink& link, JoinCalls calls);

    void say();
    void sayFound();
    void settle();
    void look();
    void submit();
    void joined(const Result<client::Connection>& answer);
    void stopWaiting();
    QString inUse() const;
    bool isComplete() const;

    JoinDialog& m_dialog;
    const client::InviteLink m_link;
    JoinCalls m_calls;
    client::Connection m_active;
    QLabel *m_what, *m_found, *m_pinWhat, *m_differ, *m_activeWhat, *m_another, *m_error, *m_progressLabel;
    form::Line m_server, m_pin, m_name, m_password, m_repeat;
    QGroupBox* m_activeBox;
    QRadioButton *m_switch, *m_stay;
    QCheckBox* m_sessionOnly;
    QProgressBar* m_progress;
    QPushButton *m_join, *m_cancel;
    QString m_foundName;
    QString m_missing;
    quint64 m_attempt = 0;
    QFuture<Result<client::Connection>> m_running;
    bool m_isBusy = false;
    bool m_becameActive = false;
    bool m_hasAnother = false;
};

JoinDialog::Parts::Parts(JoinDialog& dialog, const client::InviteLink& link, JoinCalls calls)
    : m_dialog(dialog), m_link(link), m_calls(std::move(calls)), m_what(form::sentence(&dialog, "joinWhat")),
      m_found(form::sentence(&dialog, "joinFound")), m_pinWhat(form::sentence(&dialog, "joinPinWhat")),
      m_differ(form::sentence(&dialog, "passwordsDiffer")), m_another(form::sentence(&dialog, "joinAnother")),
      m_error(form::sentence(&dialog, "joinError")), m_progressLabel(form::sentence(&dialog, "joinProgress")),
      m_server(form::line(&dialog, "joinServer")), m_pin(form::pin(&dialog, "joinPin")),
      m_name(form::line(&dialog, "joinName")), m_password(form::password(&dialog, "joinPassword")),
      m_repeat(form::password(&dialog, "joinRepeat")), m_activeBox(new QGroupBox(&dialog)),
      m_switch(new QRadioButton(m_activeBox)), m_stay(new QRadioButton(m_activeBox)),
      m_sessionOnly(new QCheckBox(&dialog)), m_progress(new QProgressBar(&dialog))
{
    m_activeWhat = form::sentence(m_activeBox, "joinActive");
    m_switch->setObjectName(QStringLiteral("joinSwitch"));
    m_stay->setObjectName(QStringLiteral("joinStay"));
    m_sessionOnly->setObjectName(QStringLiteral("joinSessionOnly"));
    m_error->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_server.field->setReadOnly(true);
    m_server.field->setText(app::Place{link.address.host(), link.address.port(), false}.text());
    m_pin.field->setText(form::bare(link.pin));
    m_pin.field->setCursorPosition(0);
    m_progress->setRange(0, 0);
    m_progress->setTextVisible(false);
    for (QWidget* hidden : std::initializer_list<QWidget*>{m_differ, m_another, m_error, m_activeBox})
        hidden->hide();
    auto* buttons = new QDialogButtonBox(&dialog);
    m_join = buttons->addButton(QString(), QDialogButtonBox::AcceptRole);
    m_join->setObjectName(QStringLiteral("joinButton"));
    m_join->setDefault(true);
    m_cancel = buttons->addButton(QDialogButtonBox::Cancel);
    m_cancel->setAutoDefault(false);

    auto* grid = new QGridLayout;
    int row = 0;
    const auto add = [&](QWidget* label, QWidget* field) {
        if (label)
            grid->addWidget(label, row, 0);
        grid->addWidget(field, row++, 1);
    };
    add(m_server.label, m_server.field);
    add(nullptr, m_found);
    add(m_pin.label, m_pin.field);
    add(nullptr, m_pinWhat);
    add(m_name.label, m_name.field);
    add(m_password.label, m_password.field);
    add(m_repeat.label, m_repeat.field);
    add(nullptr, m_differ);
    add(nullptr, m_sessionOnly);
    grid->setColumnStretch(1, 1);
    auto* box = new QVBoxLayout(m_activeBox);
    box->addWidget(m_switch);
    box->addWidget(m_stay);
    box->addWidget(m_activeWhat);
    auto* asked = new QVBoxLayout;
    asked->addWidget(m_what);
    asked->addSpacing(6);
    asked->addLayout(grid);
    asked->addWidget(m_activeBox);
    asked->addWidget(m_another);
    asked->addStretch(1);
    auto* column = new QVBoxLayout(&dialog);
    column->addWidget(form::scrolling(dialog, asked), 1);
    column->addWidget(m_error);
    column->addWidget(m_progressLabel);
    column->addWidget(m_progress);
    column->addWidget(buttons);
    dialog.setMinimumWidth(460);

    for (QLineEdit* line : {m_name.field, m_password.field, m_repeat.field})
        QObject::connect(line, &QLineEdit::textChanged, &dialog, [this] {
            m_error->hide(); // it was about what stood there before
            settle();
        });
    for (QRadioButton* choice : {m_switch, m_stay})
        QObject::connect(choice, &QRadioButton::toggled, &dialog, [this] { settle(); });
    QObject::connect(m_join, &QPushButton::clicked, &dialog, [this] { submit(); });
    QObject::connect(m_cancel, &QPushButton::clicked, &dialog, &QDialog::reject);
    m_name.field->setFocus(Qt::OtherFocusReason);
    say();
    look();
}

/// The connection that is in use, in a person's words.
QString JoinDialog::Parts::inUse() const
{
    if (m_active.isOwnServer)
        return tr("this computer's own server");
    return tr("%1 on %2", "a person's name and a server's")
        .arg(screen::isolated(m_active.userName, 60), screen::isolated(m_active.serverName, 60));
}

void JoinDialog::Parts::say()
{
    m_dialog.setWindowTitle(tr("Join a server"));
    m_what->setText(
        tr("You are invited to this Belfry server. “Join” makes an account for you there, with the name and "
           "the password that you choose here, and signs you in. The invite is used up by that."));
    m_server.label->setText(tr("&Server:"));
    m_pin.label->setText(tr("P&in of the server:"));
    m_pinWhat->setText(
        tr("It came with the link. Belfry talks to the server with this pin, and to no other. To be sure "
           "that the link is genuine, compare it with the one that the person who invited you is shown."));
    m_name.label->setText(tr("Your &name:"));
    m_name.field->setPlaceholderText(tr("as colleagues know you"));
    m_password.label->setText(tr("New &password:"));
    m_password.field->setPlaceholderText(tr("at least 8 characters"));
    m_repeat.label->setText(tr("Once &more:"));
    m_differ->setText(tr("The two passwords differ."));
    m_sessionOnly->setText(tr("Only for this s&ession"));
    m_sessionOnly->setToolTip(tr("Nothing is kept in your keyring: you sign in again at the next start."));
    m_sessionOnly->setAccessibleDescription(m_sessionOnly->toolTip());
    m_activeBox->setTitle(tr("Whose messages are shown?"));
    m_switch->setText(tr("Those of the ne&w account, from now on"));
    m_stay->setText(tr("S&till those of %1").arg(inUse().replace(u'&', QLatin1StringView("&&"))));
    m_activeWhat->setText(tr("Belfry shows one account at a time. The other one stays in Settings under Server and "
                             "account, with all that it received."));
    m_another->setText(tr("Another invite was opened meanwhile. Finish this one, or cancel it, then open the other one "
                          "again."));
    m_progressLabel->setText(tr("Joining …"));
    m_progress->setAccessibleName(tr("Joining"));
    m_join->setText(tr("&Join"));
    sayFound();
    settle();
}

void JoinDialog::Parts::sayFound()
{
    if (!m_missing.isEmpty())
        m_found->setText(QStringLiteral("✗ ") + m_missing);
    else if (!m_foundName.isEmpty())
        m_found->setText(tr("✓ Reachable: %1").arg(screen::isolated(m_foundName, 60)));
    else
        m_found->setText(tr("Looking for it …"));
    form::grow(m_dialog);
}

bool JoinDialog::Parts::isComplete() const
{
    return !m_name.field->text().trimmed().isEmpty() && form::mayBePassword(m_password.field->text()) &&
           m_password.field->text() == m_repeat.field->text() &&
           (!m_active.isValid() || m_switch->isChecked() || m_stay->isChecked());
}

void JoinDialog::Parts::settle()
{
    // Said once the second one is as long as the first: not while it is being typed.
    m_differ->setVisible(m_repeat.field->text().size() >= m_password.field->text().size() &&
                         m_repeat.field->text() != m_password.field->text());
    m_activeBox->setVisible(m_active.isValid());
    m_another->setVisible(m_hasAnother);
    for (QWidget* widget :
         std::initializer_list<QWidget*>{m_name.field, m_password.field, m_repeat.field, m_sessionOnly, m_activeBox})
        widget->setEnabled(!m_isBusy);
    m_join->setEnabled(!m_isBusy && isComplete());
    m_progress->setVisible(m_isBusy);
    m_progressLabel->setVisible(m_isBusy);
    form::grow(m_dialog);
}

void JoinDialog::Parts::look()
{
    whenAnswered(m_calls.probe(m_link), &m_dialog, [this](const Result<client::Client::Probe>& answer) {
        if (!answer) {
            m_missing = answer.error().code == "certificate"
                            ? tr("What answers there is not the server that this invite is for: it shows another pin. "
                                 "Ask the person who invited you for a new link.")
                            : form::sentenceOf(answer.error());
        } else {
            m_missing.clear();
            const client::Connection& found = answer->connection;
            m_foundName = found.serverName.isEmpty() ? found.address.host() : found.serverName;
        }
        sayFound();
    });
}

void JoinDialog::Parts::submit()
{
    if (m_isBusy || !isComplete())
        return;
    m_isBusy = true;
    m_error->hide();
    settle();
    m_cancel->setFocus(Qt::OtherFocusReason);
    const quint64 attempt = ++m_attempt;
    client::NewAccount wish;
    wish.name = m_name.field->text().trimmed();
    wish.password = m_password.field->text();
    wish.sessionOnly = m_sessionOnly->isChecked();
    wish.becomesActive = !m_active.isValid() || m_switch->isChecked();
    m_becameActive = wish.becomesActive;
    m_running = m_calls.join(m_link, wish);
    whenAnswered(m_running, &m_dialog, [this, attempt](const Result<client::Connection>& answer) {
        if (attempt == m_attempt)
            joined(answer);
    });
}

void JoinDialog::Parts::joined(const Result<client::Connection>& answer)
{
    m_isBusy = false;
    settle();
    if (answer) {
        m_password.field->clear();
        m_repeat.field->clear();
        m_dialog.accept();
        return;
    }
    const Error& error = answer.error();
    m_error->setText(QStringLiteral("✗ ") + form::sentenceOf(error));
    m_error->show();
    form::grow(m_dialog);
    QWidget* const at = error.field == "username"   ? static_cast<QWidget*>(m_name.field)
                        : error.field == "password" ? static_cast<QWidget*>(m_password.field)
                                                    : m_join;
    at->setFocus(Qt::OtherFocusReason);
    if (auto* const line = qobject_cast<QLineEdit*>(at))
        line->selectAll();
    if (error.status == 0)
        look(); // whether it is there again
}

void JoinDialog::Parts::stopWaiting()
{
    ++m_attempt;
    m_running.cancel();
    m_isBusy = false;
    settle();
    m_join->setFocus(Qt::OtherFocusReason);
}

JoinDialog::JoinDialog(const client::InviteLink& link, client::Client& client, QWidget* parent)
    : JoinDialog(link, joinCallsOf(client), parent)
{
    setActive(client.active());
    setSessionOnly(client.status().state == client::LinkState::WaitingForKeyring);
    connect(&client, &client::Client::activeChanged, this, &JoinDialog::setActive);
}

JoinDialog::JoinDialog(const client::InviteLink& link, JoinCalls calls, QWidget* parent)
    : QDialog(parent), m_parts(std::make_unique<Parts>(*this, link, std::move(calls)))
{
    setObjectName(QStringLiteral("joinDialog"));
}

JoinDialog::~JoinDialog() = default;

const client::InviteLink& JoinDialog::link() const
{
    return m_parts->m_link;
}

void JoinDialog::setActive(const client::Connection& active)
{
    if (m_parts->m_isBusy)
        return; // as it was when the person said "Join"
    const bool isOther = m_parts->m_active.id != active.id;
    m_parts->m_active = active;
    // Everybody has a server of their own at first, for this computer's programs; who joins wants the other one. What a
    // person has signed in to is theirs to choose.
    if (isOther && active.isValid()) {
        for (QRadioButton* choice : {m_parts->m_switch, m_parts->m_stay}) {
            choice->setAutoExclusive(false);
            choice->setChecked(false);
            choice->setAutoExclusive(true);
        }
        m_parts->m_switch->setChecked(active.isOwnServer);
    }
    m_parts->say();
}

void JoinDialog::setSessionOnly(bool isSessionOnly)
{
    m_parts->m_sessionOnly->setChecked(isSessionOnly);
}

void JoinDialog::sayAnother()
{
    m_parts->m_hasAnother = true;
    m_parts->settle();
}

bool JoinDialog::becameActive() const
{
    return m_parts->m_becameActive;
}

void JoinDialog::reject()
{
    if (m_parts->m_isBusy)
        m_parts->stopWaiting();
    else
        QDialog::reject();
}

void JoinDialog::changeEvent(QEvent* event)
{
    QDialog::changeEvent(event);
    if (event->type() == QEvent::LanguageChange && m_parts)
        m_parts->say();
}

} // namespace belfry::desktop
