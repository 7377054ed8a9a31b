// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/popups/popup_desk.h"

#include "app/desktop/popups/compose.h"
#include "app/desktop/popups/quiet.h"
#include "app/desktop/screen_text.h"

#include <QDesktopServices>
#include <QFuture>
#include <QUrl>

#include <algorithm>
#include <chrono>

namespace belfry::desktop {
namespace {

constexpr PopupId ownSentence = summaryIds - 10;
constexpr int mostImportantLooked = 500;
constexpr std::chrono::milliseconds replacementPatience{300};

} // namespace

PopupDesk::PopupDesk(client::Client& client, Preferences& preferences, const Clock& clock,
                     std::unique_ptr<Notifier> notifier, QObject* parent)
    : QObject(parent), m_client(client), m_preferences(preferences), m_notifier(std::move(notifier)),
      m_policy(*this, clock, [this](Priority priority) { return m_preferences.popsUp(priority); })
{
    m_tick.setSingleShot(true);
    connect(&m_tick, &QTimer::timeout, this, [this] {
        m_policy.tick();
        schedule();
    });
    connectClient();
    connectNotifier();
    m_policy.setQuiet(m_preferences.quiet());
    connect(&m_preferences, &Preferences::quietChanged, this, [this](const Quiet& quiet) {
        m_policy.setQuiet(quiet);
        schedule();
    });
    m_policy.tick(); // an end that came while the program was not running
    schedule();
}

PopupDesk::~PopupDesk() = default;

void PopupDesk::connectClient()
{
    using client::Client;
    using client::Row;
    using client::RowId;
    m_activeId = m_client.active().id;
    connect(&m_client, &Client::arrived, this, [this](const Row& row) {
        m_policy.arrived(row);
        schedule();
    });
    connect(&m_client, &Client::replaced, this, [this](RowId earlier, const Row& row) {
        m_policy.replaced(earlier, row);
        schedule();
    });
    const auto withdraw = [this](const QList<RowId>& rows) {
        m_policy.withdrawn(rows);
        schedule();
    };
    connect(&m_client, &Client::withdrawn, this, withdraw);
    // A row that was replaced is removed a moment before replaced() says by what: its popup is to change in place.
    connect(&m_client, &Client::rowsRemoved, this, [this, withdraw](const QList<RowId>& rows) {
        QTimer::singleShot(replacementPatience, this, [withdraw, rows] { withdraw(rows); });
    });
    connect(&m_client, &Client::rowsChanged, this, [withdraw](const QList<Row>& rows) {
        QList<RowId> done;
        for (const Row& row : rows) {
            if (!row.isUnread() || row.ackedAt.isValid())
                done.append(row.rowId);
        }
        withdraw(done);
    });
    connect(&m_client, &Client::awaySummary, this, &PopupDesk::awaySummary);
    connect(&m_client, &Client::awaySummaryDropped, this, [this](int count) {
        m_policy.awaySummaryDropped(count);
        schedule();
    });
    connect(&m_client, &Client::statusChanged, this,
            [this](const client::LinkStatus& status) { m_policy.setServerName(status.serverName); });
    connect(&m_client, &Client::activeChanged, this, [this](const client::Connection& connection) {
        m_policy.setServerName(connection.serverName);
        if (connection.id == std::exchange(m_activeId, connection.id))
            return;
        m_policy.connectionChanged();
        schedule();
    });
}

void PopupDesk::connectNotifier()
{
    connect(m_notifier.get(), &Notifier::shown, this, [this](PopupId id) { m_policy.wasShown(id); });
    // What was refused is in the list all the same, unread; it is not waited for.
    connect(m_notifier.get(), &Notifier::refused, this,
            [this](PopupId id) { m_policy.wasClosed(id, ClosedBy::Unknown); });
    connect(m_notifier.get(), &Notifier::closed, this, [this](PopupId id, ClosedBy by) {
        m_policy.wasClosed(id, by);
        schedule();
    });
    connect(m_notifier.get(), &Notifier::restarted, this, [this](const QList<PopupId>& lost) {
        m_policy.stageRestarted(lost);
        schedule();
    });
    connect(m_notifier.get(), &Notifier::pressed, this, &PopupDesk::pressed);
}

void PopupDesk::awaySummary(int count)
{
    if (count <= 0 || !holds(m_preferences.quiet(), QDateTime::currentDateTime())) {
        m_policy.awaySummary(count);
        schedule();
        return;
    }
    // Quiet: nothing is said now, but the high ones among them are, at its end.
    client::RowQuery newest;
    newest.unreadOnly = true;
    newest.limit = std::min(count, mostImportantLooked);
    m_client.rows(newest).then(this, [this, count](const client::RowPage& page) {
        QList<client::Row> important;
        QList<client::RowId> notShown;
        for (const client::Row& row : page.rows) {
            if (row.priority != Priority::High)
                continue;
            important.append(row);
            notShown.append(row.rowId);
        }
        m_client.markNotShown(notShown); // a quit before the end of the quiet must not lose them
        m_policy.awaySummary(count, important);
        schedule();
    });
}

void PopupDesk::pressed(PopupId id, const QString& button)
{
    if (id == ownSentence) {
        m_notifier->close(id);
        Q_EMIT listChosen();
        return;
    }
    const std::optional<client::Row> row = m_policy.rowOf(id);
    m_policy.wasUsed(id);
    schedule();
    if (button == button::open) {
        if (row && row->rowId > 0)
            Q_EMIT rowChosen(row->rowId);
        else
            Q_EMIT listChosen();
        return;
    }
    if (!row || row->rowId <= 0) // one that could not be stored: there is nothing to change
        return;
    if (button == button::link) {
        if (isOpenableLink(row->url))
            QDesktopServices::openUrl(QUrl(row->url, QUrl::StrictMode));
        m_client.markRead({row->rowId});
    } else if (button == button::read) {
        m_client.markRead({row->rowId});
    } else if (button == button::acknowledge) {
        m_client.acknowledge(row->rowId);
    } else if (button.startsWith(button::answer)) {
        bool isNumber = false;
        const int at = QStringView(button).sliced(button::answer.size()).toInt(&isNumber);
        if (isNumber && at >= 0 && at < row->answers.size())
            m_client.acknowledge(row->rowId, row->answers.at(at));
    }
}

void PopupDesk::setLocked(bool isLocked)
{
    m_policy.setLocked(isLocked);
    schedule();
}

void PopupDesk::say(const QString& title, const QString& text)
{
    Popup popup;
    popup.title = screen::line(title);
    popup.text = screen::plain(text);
    popup.type = Type::Warning;
    popup.buttons = {{button::open, tr("Show")}};
    show(ownSentence, popup);
}

void PopupDesk::closeAll()
{
    m_tick.stop();
    m_policy.closeAll();
    m_notifier->close(ownSentence);
    m_notifier->flush();
    m_isLeaving = true;
}

void PopupDesk::schedule()
{
    const std::optional<std::chrono::milliseconds> next = m_policy.nextTick();
    if (next && !m_isLeaving)
        m_tick.start(*next);
    else
        m_tick.stop();
}

void PopupDesk::show(PopupId id, const Popup& popup)
{
    if (!m_isLeaving)
        m_notifier->show(id, popup);
}

void PopupDesk::close(PopupId id)
{
    m_notifier->close(id);
}

void PopupDesk::markShown(const QList<client::RowId>& rows)
{
    QList<client::RowId> stored = rows;
    stored.removeIf([](client::RowId row) { return row <= 0; });
    if (!m_isLeaving && !stored.isEmpty())
        m_client.markShown(stored);
}

void PopupDesk::quietEnded()
{
    m_preferences.setQuiet({});
}

} // namespace belfry::desktop
