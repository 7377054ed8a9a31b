// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/history/history_window.h"

#include "app/desktop/history/history_pane.h"
#include "app/desktop/history/history_source.h"
#include "app/desktop/hosting/hosting.h"
#include "app/desktop/preferences.h"

#include <QCloseEvent>
#include <QGuiApplication>
#include <QMenu>
#include <QMenuBar>
#include <QScreen>
#include <QShortcut>

namespace belfry::desktop {

namespace {
const QString geometryKey = QStringLiteral("history/geometry");
const QString stateKey = QStringLiteral("history/filters");
} // namespace

class HistoryWindow::Parts
{
public:
    Parts(HistoryWindow& window, client::Client& client, Hosting& hosting, Preferences& preferences, QMenu* trayMenu)
        : client(client), hosting(hosting), preferences(preferences), trayMenu(trayMenu), source(client, hosting),
          pane(new HistoryPane(
              source, [] { return QDateTime::currentDateTime(); }, &window))
    {
    }

    void say(HistoryWindow& window)
    {
        window.setWindowTitle(tr("Belfry"));
        using Remedy = ShellTrouble::Remedy;
        if (hosting.state() == Hosting::State::Failed)
            pane->setShellTrouble(
                {hosting.sentence(), Remedy::TryAgain, hosting.isPortTaken() ? Remedy::UseAnotherPort : Remedy::None});
        else if (!hosting.ownerSentence().isEmpty())
            pane->setShellTrouble({hosting.ownerSentence(), Remedy::TryAgain, Remedy::SignIn});
        else
            pane->setShellTrouble({});
    }

    void remedy(ShellTrouble::Remedy remedy)
    {
        if (remedy == ShellTrouble::Remedy::UseAnotherPort)
            hosting.useAnotherPort();
        else if (!hosting.ownerSentence().isEmpty())
            hosting.signInAgain();
        else
            hosting.turnOn();
    }

    void remember(HistoryWindow& window)
    {
        preferences.remember(geometryKey, window.saveGeometry());
        preferences.remember(stateKey, pane->state());
    }

    client::Client& client;
    Hosting& hosting;
    Preferences& preferences;
    QMenu* trayMenu;
    ClientHistory source;
    HistoryPane* pane;
    bool offersTrayMenu = false;
    bool isQuitting = false;
};

HistoryWindow::HistoryWindow(client::Client& client, Hosting& hosting, Preferences& preferences,
                             QMenu* trayMenuForWindows, QWidget* parent)
    : QMainWindow(parent), m_parts(std::make_unique<Parts>(*this, client, hosting, preferences, trayMenuForWindows))
{
    setObjectName(QStringLiteral("historyWindow"));
    setCentralWidget(m_parts->pane);
    setMinimumSize(480, 360);
    m_parts->pane->setState(preferences.remembered(stateKey).toMap());
    if (!restoreGeometry(preferences.remembered(geometryKey).toByteArray())) {
        const QSize screen =
            QGuiApplication::primaryScreen() ? QGuiApplication::primaryScreen()->availableSize() : QSize(1280, 800);
        resize(QSize(760, 640).boundedTo(screen - QSize(40, 60)));
    }

    connect(m_parts->pane, &HistoryPane::signInRequested, this, &HistoryWindow::signInRequested);
    connect(m_parts->pane, &HistoryPane::turnOnServerRequested, this, [this] { m_parts->hosting.turnOn(); });
    connect(m_parts->pane, &HistoryPane::remedyChosen, this,
            [this](ShellTrouble::Remedy remedy) { m_parts->remedy(remedy); });
    const auto say = [this] { m_parts->say(*this); };
    connect(&hosting, &Hosting::stateChanged, this, say);
    connect(&hosting, &Hosting::ownerRefused, this, say);
    connect(&hosting, &Hosting::ownerSignedIn, this, say);

    auto* quit = new QShortcut(QKeySequence(Qt::CTRL | Qt::Key_Q), this);
    connect(quit, &QShortcut::activated, this, &HistoryWindow::aboutToQuitRequested);
    auto* settings = new QShortcut(QKeySequence(Qt::CTRL | Qt::Key_Comma), this);
    connect(settings, &QShortcut::activated, this, &HistoryWindow::settingsRequested);
    auto* escape = new QShortcut(QKeySequence(Qt::Key_Escape), this);
    connect(escape, &QShortcut::activated, this, [this] {
        if (!m_parts->pane->clearSearch())
            close();
    });
    m_parts->say(*this);
}

HistoryWindow::~HistoryWindow()
{
    // The pane goes before the source that it looks at.
    delete m_parts->pane;
}

void HistoryWindow::showRow(client::RowId row)
{
    m_parts->pane->showRow(row);
}

void HistoryWindow::showList()
{
    m_parts->pane->showList();
}

void HistoryWindow::setOffersTrayMenu(bool offers)
{
    m_parts->offersTrayMenu = offers;
    if (!m_parts->trayMenu)
        return;
    if (offers && menuBar()->actions().isEmpty())
        menuBar()->addMenu(m_parts->trayMenu);
    else if (!offers)
        menuBar()->clear();
    menuBar()->setVisible(offers);
}

bool HistoryWindow::offersTrayMenu() const
{
    return m_parts->offersTrayMenu;
}

void HistoryWindow::prepareToQuit()
{
    m_parts->isQuitting = true;
    m_parts->remember(*this);
}

void HistoryWindow::closeEvent(QCloseEvent* event)
{
    m_parts->remember(*this);
    if (m_parts->isQuitting) {
        event->accept();
        return;
    }
    event->ignore();
    if (m_parts->offersTrayMenu)
        showMinimized();
    else
        hide();
}

bool HistoryWindow::event(QEvent* event)
{
    const bool isHandled = QMainWindow::event(event);
    switch (event->type()) {
    case QEvent::Show:
    case QEvent::Hide:
    case QEvent::WindowStateChange:
    case QEvent::WindowActivate:
    case QEvent::WindowDeactivate: {
        const bool isOpen = isVisible() && !isMinimized();
        m_parts->pane->setInView(isOpen && isActiveWindow());
        m_parts->client.setWindowOpen(isOpen);
        break;
    }
    default:
        break;
    }
    return isHandled;
}

void HistoryWindow::changeEvent(QEvent* event)
{
    QMainWindow::changeEvent(event);
    if (event->type() == QEvent::LanguageChange)
        m_parts->say(*this);
}

} // namespace belfry::desktop
