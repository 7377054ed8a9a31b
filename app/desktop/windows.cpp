// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/windows.h"

#include "app/desktop/history/history_window.h"
#include "app/desktop/screen_text.h"
#include "app/desktop/settings/about_dialog.h"
#include "app/desktop/settings/join_dialog.h"
#include "app/desktop/settings/sign_in_dialog.h"
#include "client/client.h"
#include "client/invite_link.h"

#include <QEvent>
#include <QMenu>
#include <QMessageBox>

#include <algorithm>

namespace belfry::desktop {
namespace {

constexpr qint64 justLeftMilliseconds = 400; // the panel took the focus for the click itself

void bringForward(QWidget& window)
{
    if (window.isMinimized())
        window.setWindowState(window.windowState() & ~Qt::WindowMinimized);
    window.show();
    window.raise();
    window.activateWindow();
}

} // namespace

Windows::Windows(client::Client& client, Hosting& hosting, Preferences& preferences, QMenu& menu, QObject* parent)
    : QObject(parent), m_client(client), m_hosting(hosting), m_preferences(preferences), m_menu(menu)
{
}

Windows::~Windows() = default;

HistoryWindow& Windows::history()
{
    if (!m_history) {
        m_history = std::make_unique<HistoryWindow>(m_client, m_hosting, m_preferences, &m_menu);
        m_history->setOffersTrayMenu(!m_hasTray);
        m_history->installEventFilter(this);
        connect(m_history.get(), &HistoryWindow::aboutToQuitRequested, this, &Windows::quitRequested);
        connect(m_history.get(), &HistoryWindow::signInRequested, this, &Windows::showSignInAgain);
        connect(m_history.get(), &HistoryWindow::settingsRequested, this, [this] { showSettings(); });
    }
    return *m_history;
}

void Windows::showHistory()
{
    if (m_isClosing)
        return;
    HistoryWindow& window = history();
    if (!window.isVisible())
        window.showList();
    bringForward(window);
}

void Windows::showRow(client::RowId row)
{
    if (m_isClosing)
        return;
    history().showRow(row);
    bringForward(history());
}

void Windows::toggleHistory()
{
    const bool isInFront =
        m_history && m_history->isVisible() && !m_history->isMinimized() &&
        (m_history->isActiveWindow() || (m_sinceActive.isValid() && m_sinceActive.elapsed() < justLeftMilliseconds));
    if (isInFront)
        m_history->hide();
    else
        showHistory();
}

void Windows::setHasTray(bool hasTray)
{
    m_hasTray = hasTray;
    if (m_history)
        m_history->setOffersTrayMenu(!hasTray);
}

void Windows::showMinimized()
{
    if (!m_isClosing && !history().isVisible())
        history().showMinimized();
}

void Windows::showSettings(std::optional<SettingsWindow::Page> page)
{
    if (m_isClosing)
        return;
    if (!m_settings) {
        m_settings = std::make_unique<SettingsWindow>(m_client, m_hosting, m_preferences);
        connect(m_settings.get(), &SettingsWindow::signInRequested, this, &Windows::showSignIn);
    }
    if (page)
        m_settings->showPage(*page);
    bringForward(*m_settings);
}

QWidget* Windows::parentForDialogs() const
{
    if (m_settings && m_settings->isVisible() && m_settings->isActiveWindow())
        return m_settings.get();
    return m_history && m_history->isVisible() ? m_history.get() : nullptr;
}

void Windows::showSignInAgain()
{
    const client::Connection active = m_client.active();
    showSignIn(active.isOwnServer ? QString() : active.id);
}

void Windows::showSignIn(const QString& connectionId)
{
    if (m_isClosing)
        return;
    if (!m_signIn) {
        m_signIn = new SignInDialog(m_client, parentForDialogs());
        m_signIn->setAttribute(Qt::WA_DeleteOnClose);
        const QList<client::Connection> all = m_client.connections();
        const auto again =
            std::find_if(all.cbegin(), all.cend(), [&](const auto& one) { return one.id == connectionId; });
        if (again != all.cend())
            m_signIn->prefill(*again);
        connect(m_signIn, &SignInDialog::inviteGiven, this, &Windows::showJoin);
    }
    bringForward(*m_signIn);
}

void Windows::showJoin(const QString& text)
{
    if (m_isClosing)
        return;
    const Result<client::InviteLink> link = client::readInviteLink(text);
    if (!link) {
        sayLinkTrouble(link.error());
        return;
    }
    if (!m_join) {
        // No child of another window: it may come from outside, and is to be seen then.
        m_join = new JoinDialog(*link, m_client);
        m_join->setAttribute(Qt::WA_DeleteOnClose);
        connect(m_join, &JoinDialog::accepted, this, [this] {
            if (m_join->becameActive())
                showHistory();
            else
                showSettings(SettingsWindow::Page::Account);
        });
    } else if (m_join->link() != *link) {
        m_join->sayAnother();
    }
    bringForward(*m_join);
}

void Windows::sayLinkTrouble(const Error& error)
{
    if (!m_linkTrouble) {
        auto* const box = new QMessageBox(QMessageBox::Warning, tr("Invite"), tr("This link can't be used."),
                                          QMessageBox::Close, parentForDialogs());
        box->setObjectName(QStringLiteral("linkTrouble"));
        box->setTextFormat(Qt::PlainText);
        box->setInformativeText(screen::line(QString::fromStdString(error.message), 300));
        box->setAttribute(Qt::WA_DeleteOnClose);
        m_linkTrouble = box;
    }
    bringForward(*m_linkTrouble);
}

void Windows::showAbout()
{
    if (m_isClosing)
        return;
    if (!m_about) {
        m_about = new AboutDialog(parentForDialogs());
        m_about->setAttribute(Qt::WA_DeleteOnClose);
    }
    bringForward(*m_about);
}

void Windows::ask(const form::Question& question, std::function<void()> whenSure)
{
    if (m_question && m_question->objectName() == QLatin1StringView(question.name)) {
        bringForward(*m_question);
        return;
    }
    if (m_question)
        m_question->close(); // the later wish counts
    QMessageBox* const box = form::questionBox(parentForDialogs(), question, this, std::move(whenSure));
    m_question = box;
    box->open();
}

void Windows::closeAll()
{
    m_isClosing = true;
    for (QWidget* const dialog : {m_question.data(), m_about.data(), m_linkTrouble.data(),
                                  static_cast<QWidget*>(m_signIn.data()), static_cast<QWidget*>(m_join.data())}) {
        if (dialog)
            dialog->close();
    }
    if (m_settings)
        m_settings->close();
    if (m_history) {
        m_history->prepareToQuit();
        m_history->close();
    }
}

bool Windows::eventFilter(QObject* watched, QEvent* event)
{
    switch (event->type()) {
    case QEvent::WindowDeactivate:
        m_sinceActive.start();
        break;
    case QEvent::Show:
    case QEvent::Hide:
    case QEvent::WindowStateChange:
        // The event filter sees it first: what holds is asked for once it holds.
        QMetaObject::invokeMethod(
            this, [this] { m_client.setWindowOpen(m_history && m_history->isVisible() && !m_history->isMinimized()); },
            Qt::QueuedConnection);
        break;
    default:
        break;
    }
    return QObject::eventFilter(watched, event);
}

} // namespace belfry::desktop
