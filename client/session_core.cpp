// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/session_core.h"

#include "client/answer_words.h"
#include "client/sync_words.h"

#include <QDir>
#include <QNetworkAccessManager>
#include <QUuid>

namespace belfry::client {
namespace {

constexpr std::chrono::minutes retentionSoon{2};

} // namespace

Core::Core(QString directory, QString deviceName, SecretStore secrets, const Clock& clock, SyncTimes times)
    : m_directory(std::move(directory)), m_deviceName(std::move(deviceName)), m_secrets(std::move(secrets)),
      m_clock(clock), m_times(times)
{
}

Core::~Core() = default;

QString Core::inboxPath(const QString& directory)
{
    return QDir(directory).filePath(QStringLiteral("inbox.db"));
}

void Core::start()
{
    if (QDir dir(m_directory); !dir.exists() && dir.mkpath(QStringLiteral("."))) {
        QFile::setPermissions(m_directory, QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ExeOwner);
    }
    const Result<void> read = m_book.open(m_directory);
    m_network = std::make_unique<QNetworkAccessManager>();
    m_inbox = std::make_unique<Inbox>(m_clock);
    m_session = std::make_unique<Session>(m_secrets, m_book.installationId(), m_clock,
                                          [inbox = m_inbox.get()] { return inbox->serverNow(); });
    m_sync = std::make_unique<Sync>(*m_inbox, m_network.get(), m_clock, m_times);
    m_outbox = std::make_unique<Outbox>(*m_inbox, m_times.sendAgain);
    m_wakeup = std::make_unique<WakeupWatch>(m_clock);
    m_retention = new QTimer(this);
    m_retention->setSingleShot(true);

    connect(m_session.get(), &Session::tokenFound, this, &Core::tokenFound);
    connect(m_session.get(), &Session::tokenRenewed, m_sync.get(), &Sync::renewToken);
    connect(m_session.get(), &Session::signedOut, this,
            [this] { setPlainStatus(LinkState::SignedOut, words::signInAgain()); });
    connect(m_session.get(), &Session::waitingForKeyring, this,
            [this](const QString& reason) { setPlainStatus(LinkState::WaitingForKeyring, reason); });
    connect(m_session.get(), &Session::keepingChanged, this, [this] { setStatus(m_status); });
    connect(m_session.get(), &Session::ownTokenWanted, this, &Core::ownTokenWanted);
    connect(m_sync.get(), &Sync::statusChanged, this, &Core::setStatus);
    connect(m_sync.get(), &Sync::happened, this, &Core::publish);
    connect(m_sync.get(), &Sync::arrived, this, &Core::arrived);
    connect(m_sync.get(), &Sync::replaced, this, &Core::replaced);
    connect(m_sync.get(), &Sync::awaySummary, this, &Core::awaySummary);
    connect(m_sync.get(), &Sync::awaySummaryDropped, this, &Core::awaySummaryDropped);
    connect(m_sync.get(), &Sync::faultChanged, this, &Core::say);
    connect(m_sync.get(), &Sync::connected, this, [this] {
        m_outbox->setConnected(true);
        m_session->renewIfDue(m_sync->api());
    });
    connect(m_sync.get(), &Sync::unauthorized, this, [this] {
        if (m_active.isOwnServer) {
            Q_EMIT ownTokenWanted();
        }
    });
    connect(m_outbox.get(), &Outbox::happened, this, [this](const Effects& effects) { did(effects); });
    connect(m_outbox.get(), &Outbox::unauthorized, m_sync.get(), &Sync::wake);
    connect(m_wakeup.get(), &WakeupWatch::woke, this, &Core::machineWoke);
    connect(m_retention, &QTimer::timeout, this, &Core::retain);

    Result<void> opened = m_inbox->open(inboxPath(m_directory));
    Q_EMIT connectionsChanged(m_book.all());
    const Connection active = m_book.active();
    if (!opened) {
        m_sync->inboxFailed(opened.error());
    } else if (!read) {
        say(QString::fromStdString(read.error().message));
    }
    if (active.isValid()) {
        startLink(active);
    } else {
        setPlainStatus(LinkState::NoConnection);
    }
    Q_EMIT started();
    // Deletions whose undo ended with the last run.
    finishDeletions(m_inbox->lastDeletion());
    clearRemoved();
    m_retention->start(retentionSoon);
}

// --- the link ---------------------------------------------------------------------------------------------------

void Core::startLink(const Connection& connection)
{
    stopLink();
    const bool isOther = m_active.id != connection.id;
    m_active = connection;
    refreshLink();
    if (!connection.isValid()) {
        Q_EMIT activeChanged(connection);
        Q_EMIT awaySummary(0);
        Q_EMIT historyReset();
        updateUnread();
        setPlainStatus(LinkState::NoConnection);
        return;
    }
    if (isOther) {
        Q_EMIT activeChanged(connection);
        Q_EMIT awaySummary(0);
        Q_EMIT historyReset();
    }
    updateUnread();
    if (isHostedHere(connection) && !m_isOwnRunning) {
        setPlainStatus(LinkState::LocalServerOff, words::localServerOff());
        return;
    }
    setPlainStatus(LinkState::Connecting);
    m_session->begin(connection);
}

void Core::stopLink()
{
    m_outbox->stop();
    m_sync->stop();
    m_session->end();
}

void Core::refreshLink()
{
    const Result<LinkPlace> place = m_active.isValid() ? m_inbox->place(m_active.id) : Result<LinkPlace>(LinkPlace{});
    m_link = place ? place->id : 0;
}

void Core::tokenFound(const QString& token)
{
    m_sync->start(m_active, token);
    m_outbox->start(m_link, m_sync->api());
}

bool Core::isHostedHere(const Connection& connection) const
{
    if (connection.isOwnServer) {
        return true;
    }
    const QList<Connection>& all = m_book.all();
    return !connection.serverId.isEmpty() &&
           std::any_of(all.cbegin(), all.cend(), [&connection](const Connection& other) {
               return other.isOwnServer && other.serverId == connection.serverId;
           });
}

void Core::useOwnServer(Connection own, const QString& token)
{
    own.isOwnServer = true;
    own.kind = ServerKind::Belfry;
    const bool isSamePlace = m_isOwnRunning && m_active.isOwnServer && m_active.address == own.address &&
                             m_active.serverId == own.serverId && m_active.userId == own.userId;
    own = m_book.enter(own);
    m_isOwnRunning = true;
    m_ownServerId = own.serverId;
    m_session->remember(own, token, true);
    const bool isFirst = !m_book.active().isValid();
    if (isFirst) {
        m_book.setActive(own.id);
    }
    if (Result<void> saved = m_book.save(); !saved) {
        say(QString::fromStdString(saved.error().message));
    }
    Q_EMIT connectionsChanged(m_book.all());
    const Connection active = m_book.active();
    if (isSamePlace && active.id == own.id && m_status.isConnected()) {
        m_session->renewed(token); // only the token is new: nothing begins anew
        return;
    }
    if (active.id == own.id || (isHostedHere(active) && active.serverId == own.serverId)) {
        startLink(active);
    } else if (active.isOwnServer) {
        // The server's store was made anew: another server, another history.
        m_book.setActive(own.id);
        (void)m_book.save();
        startLink(own);
    }
}

void Core::ownServerStopped()
{
    m_isOwnRunning = false;
    if (m_active.isValid() && isHostedHere(m_active)) {
        stopLink();
        setPlainStatus(LinkState::LocalServerOff, words::localServerOff());
    }
}

void Core::switchTo(const QString& connectionId)
{
    const Connection connection = m_book.byId(connectionId);
    if (!connection.isValid() || connection.id == m_active.id) {
        return;
    }
    m_book.setActive(connection.id);
    if (Result<void> saved = m_book.save(); !saved) {
        say(QString::fromStdString(saved.error().message));
    }
    startLink(connection);
}

void Core::retryNow()
{
    if (m_session->isWaitingForKeyring()) {
        m_session->tryAgain();
        return;
    }
    m_sync->retryNow();
}

void Core::keyringAppeared()
{
    if (m_session)
        m_session->tryAgain();
}

void Core::machineWoke()
{
    m_sync->wake();
}

void Core::setWindowOpen(bool isOpen)
{
    m_sync->setWindowOpen(isOpen);
}

void Core::setStatus(const LinkStatus& status)
{
    const bool wasConnected = m_status.isConnected();
    m_status = status;
    m_status.serverName = status.serverName.isEmpty() ? m_active.serverName : status.serverName;
    m_status.isClassic = m_active.kind == ServerKind::Classic;
    m_status.notKept = m_session->notKept(m_active.id);
    Q_EMIT statusChanged(m_status);
    if (wasConnected && !m_status.isConnected()) {
        m_outbox->setConnected(false);
        // From now on they say that they will be sent.
        if (const QList<Row> waiting = m_inbox->waitingRows(m_link, Inbox::muchRows); !waiting.isEmpty()) {
            Q_EMIT rowsChanged(waiting);
        }
    }
}

void Core::setPlainStatus(LinkState state, const QString& reason)
{
    LinkStatus status;
    status.state = state;
    status.reason = reason;
    setStatus(status);
}

void Core::sendTest(Answer<int> answer)
{
    const Result<Api*> api = connectedApi();
    if (!api) {
        answer(tl::unexpected<Error>(api.error()));
        return;
    }
    (*api)->sendTest(QUuid::createUuid().toString(QUuid::WithoutBraces), m_active.userId,
                     [this, answer](Result<SentAnswer> sent) {
                         if (sent) {
                             answer(sent->online);
                         } else {
                             answer(tl::unexpected<Error>(words::told(sent.error(), m_active.address)));
                         }
                     });
}

} // namespace belfry::client
