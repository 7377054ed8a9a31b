// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/settings/sign_ins_box.h"

#include "app/desktop/answers.h"
#include "app/desktop/screen_text.h"
#include "app/desktop/settings/form.h"
#include "app/desktop/settings/password_dialog.h"
#include "app/desktop/settings/sign_in_calls.h"

#include <QDateTime>
#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QLocale>
#include <QPushButton>
#include <QSignalBlocker>
#include <QVBoxLayout>

namespace belfry::desktop {
namespace {

QString moment(Time time)
{
    return QLocale().toString(QDateTime::fromMSecsSinceEpoch(time.time_since_epoch().count()), QLocale::ShortFormat);
}

} // namespace

SignInsBox::SignInsBox(AccountCalls calls, QWidget* parent)
    : QGroupBox(parent), m_calls(std::move(calls)), m_list(new QListWidget(this)), m_end(new QPushButton(this)),
      m_password(new QPushButton(this)), m_told(form::sentence(this, "signInsTold"))
{
    m_list->setObjectName(QStringLiteral("signIns"));
    m_end->setObjectName(QStringLiteral("endSignIn"));
    m_password->setObjectName(QStringLiteral("changePassword"));
    m_list->setMinimumHeight(80);
    m_told->hide();
    for (QPushButton* button : {m_end, m_password})
        button->setAutoDefault(false);
    auto* row = new QHBoxLayout;
    row->addWidget(m_end);
    row->addWidget(m_password);
    row->addStretch(1);
    auto* column = new QVBoxLayout(this);
    column->addWidget(m_list, 1);
    column->addLayout(row);
    column->addWidget(m_told);
    connect(m_list, &QListWidget::currentItemChanged, this, [this] { settle(); });
    connect(m_end, &QPushButton::clicked, this, &SignInsBox::end);
    connect(m_password, &QPushButton::clicked, this, &SignInsBox::changePassword);
    say();
}

void SignInsBox::setAccount(const client::Connection& active, bool isConnected)
{
    const bool isOther = active.id != m_active.id;
    const bool isNews = isOther || isConnected != m_isConnected;
    m_active = active;
    m_isConnected = isConnected;
    if (isOther) {
        m_isOffered = false;
        m_sessions.clear();
        m_told->hide();
        say();
    }
    if (isNews)
        refresh();
}

void SignInsBox::refresh()
{
    const quint64 asked = ++m_asked;
    if (!m_isConnected || m_active.kind != client::ServerKind::Belfry) {
        settle();
        return;
    }
    whenAnswered(m_calls.sessions(), this, [this, asked](const Result<QList<client::OpenSession>>& answer) {
        if (asked != m_asked)
            return;
        m_isOffered = answer.has_value() || answer.error().code != "not_offered";
        if (answer)
            m_sessions = *answer;
        else if (m_isOffered)
            tell(QStringLiteral("✗ ") + form::sentenceOf(answer.error()));
        say();
    });
}

void SignInsBox::say()
{
    setTitle(tr("Where you are signed in"));
    m_list->setAccessibleName(title());
    m_end->setText(tr("&End this sign-in"));
    m_password->setText(tr("Change &password…"));
    const qint64 chosen = m_list->currentItem() ? m_list->currentItem()->data(Qt::UserRole).toLongLong() : 0;
    {
        const QSignalBlocker quiet(m_list);
        m_list->clear();
        for (const client::OpenSession& session : m_sessions) {
            const QString device =
                session.device.isEmpty() ? tr("a program without a name") : screen::line(session.device, 60);
            QString text = tr("%1 – last used %2", "a machine's name and a moment")
                               .arg(screen::isolated(device), moment(session.lastUsedAt));
            if (session.isCurrent)
                text = tr("%1 (here)", "a sign-in that is this computer's").arg(text);
            auto* item = new QListWidgetItem(text, m_list);
            item->setData(Qt::UserRole, qint64(session.id));
            item->setToolTip(screen::tooltip(tr("Signed in on %1").arg(moment(session.createdAt))));
            if (session.id == chosen)
                m_list->setCurrentItem(item);
        }
    }
    settle();
}

void SignInsBox::settle()
{
    // Our own server's owner is signed in without a session, and sets the password under Local server: mostly nothing
    // is left to show.
    setVisible(m_isOffered && m_active.isValid() && !(m_active.isOwnServer && m_sessions.isEmpty()));
    setEnabled(m_isConnected);
    m_end->setEnabled(m_list->currentItem() != nullptr);
    m_password->setVisible(!m_active.isOwnServer);
}

void SignInsBox::end()
{
    const QListWidgetItem* const item = m_list->currentItem();
    if (!item)
        return;
    const qint64 id = item->data(Qt::UserRole).toLongLong();
    for (const client::OpenSession& session : m_sessions) {
        if (session.id == id && session.isCurrent) {
            m_calls.signOut();
            return;
        }
    }
    m_end->setEnabled(false);
    whenAnswered(m_calls.endSession(id), this, [this](const Result<void>& ended) {
        if (ended)
            tell(tr("✓ That sign-in is ended."));
        else
            tell(QStringLiteral("✗ ") + form::sentenceOf(ended.error()));
        refresh();
    });
}

void SignInsBox::changePassword()
{
    auto* const dialog =
        new PasswordDialog(m_calls.changePassword, isPlainHttpElsewhere(m_active.address.toString()), window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this] {
        tell(tr("✓ The password is changed. Your other computers have to sign in again."));
        refresh();
    });
    dialog->open();
}

void SignInsBox::tell(const QString& sentence)
{
    m_told->setText(sentence);
    m_told->show();
}

} // namespace belfry::desktop
