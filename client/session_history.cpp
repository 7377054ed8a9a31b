// SPDX-License-Identifier: GPL-3.0-or-later
// The history: what is told of it, what a person does with it (deleting apart, session_deleting.cpp), and what is
// cleared away. Every change is stored first, and told and sent after.
#include "client/session_core.h"

namespace belfry::client {
namespace {

constexpr int retentionSlice = 300;
constexpr std::chrono::hours retentionDaily{24};

} // namespace

// --- what is told -----------------------------------------------------------------------------------------------

Row Core::asSeen(Row row) const
{
    // While the server is there a change is answered in a moment: nothing to tell.
    if (row.change == ChangeState::Waiting && m_status.isConnected()) {
        row.change = ChangeState::None;
    }
    return row;
}

QList<Row> Core::asSeen(const QList<Row>& rows) const
{
    QList<Row> seen;
    for (const Row& row : rows) {
        seen.append(asSeen(row));
    }
    return seen;
}

void Core::publish(const Effects& effects)
{
    if (effects.isMuch) {
        Q_EMIT historyReset();
    } else {
        if (!effects.inserted.isEmpty()) {
            Q_EMIT rowsInserted(asSeen(effects.inserted));
        }
        if (!effects.changed.isEmpty()) {
            Q_EMIT rowsChanged(asSeen(effects.changed));
        }
        if (!effects.removed.isEmpty()) {
            Q_EMIT rowsRemoved(effects.removed);
        }
    }
    if (!effects.withdrawn.isEmpty()) {
        Q_EMIT withdrawn(effects.withdrawn);
    }
    updateUnread();
}

void Core::did(Result<Effects> effects)
{
    if (!effects) {
        say(QString::fromStdString(effects.error().message));
        return;
    }
    m_sync->note(*effects);
    if (!effects->isEmpty()) {
        publish(*effects);
    }
    m_outbox->flush();
}

void Core::updateUnread()
{
    const int unread = m_link != 0 ? m_inbox->unread(m_link) : 0;
    if (unread != m_unread) {
        m_unread = unread;
        Q_EMIT unreadChanged(unread);
    }
}

void Core::say(const QString& fault)
{
    if (fault.isEmpty() && m_link == 0 && m_active.isValid()) {
        refreshLink(); // the file could be opened after all
        m_outbox->start(m_link, m_sync->api());
        Q_EMIT historyReset();
        updateUnread();
    }
    if (fault != m_fault) {
        m_fault = fault;
        Q_EMIT faultChanged(fault);
    }
}

// --- what a person does -----------------------------------------------------------------------------------------

void Core::markRead(const QList<RowId>& rows)
{
    did(m_inbox->markRead(m_link, rows, isTold()));
}

void Core::markUnread(const QList<RowId>& rows)
{
    did(m_inbox->markUnread(m_link, rows, isTold()));
}

void Core::markAllRead(const RowQuery& matching)
{
    did(m_inbox->markAllRead(m_link, matching, isTold()));
}

void Core::acknowledge(RowId row, const QString& answer)
{
    if (isTold()) {
        did(m_inbox->acknowledge(m_link, row, answer));
    }
}

void Core::setShown(const QList<RowId>& rows, bool isShown)
{
    if (Result<void> stored = m_inbox->setShown(rows, isShown); !stored) {
        say(QString::fromStdString(stored.error().message));
    }
}

// --- what is cleared away, a slice at a time --------------------------------------------------------------------

void Core::retain()
{
    const Result<bool> more =
        m_link != 0 ? m_inbox->retain(m_link, Inbox::rowLimit, retentionSlice) : Result<bool>(false);
    m_retention->start(more && *more ? std::chrono::milliseconds(20) : std::chrono::milliseconds(retentionDaily));
}

} // namespace belfry::client
