// SPDX-License-Identifier: GPL-3.0-or-later
// Deleting from the history: in parts, so that a million rows hold up no message; each part is stored, and the list
// sees it go.
#include "client/session_core.h"

namespace belfry::client {
namespace {

constexpr int deletedAtOnce = 3000; // some 50 ms
constexpr int finishedAtOnce = 300;

} // namespace

void Core::deleteRows(const QList<RowId>& rows)
{
    did(m_inbox->deleteRows(m_link, rows));
    finishAfterUndo(m_inbox->lastDeletion());
}

void Core::deleteMatching(const RowQuery& matching)
{
    m_deletions.push_back(m_inbox->beginDeletion(m_link, matching, deletedAtOnce));
    if (m_deletions.size() == 1) {
        goOnDeleting();
    }
}

void Core::goOnDeleting()
{
    if (m_deletions.empty()) {
        return; // undone meanwhile
    }
    Result<ChangedPart> part = m_inbox->deletePart(m_deletions.front());
    if (!part || part->isLast) {
        finishAfterUndo(m_deletions.front().batch);
        m_deletions.pop_front();
    }
    told(std::move(part));
    if (!m_deletions.empty()) {
        QTimer::singleShot(0, this, &Core::goOnDeleting);
    }
}

void Core::undoDelete()
{
    const qint64 batch = m_inbox->lastDeletion();
    std::erase_if(m_deletions, [batch](const Deletion& one) { return one.batch == batch; }); // the rest of it stays
    ++m_undoing;
    goOnUndoing(m_link, batch);
}

void Core::goOnUndoing(LinkId link, qint64 batch)
{
    Result<ChangedPart> part = m_inbox->undoPart(link, batch, deletedAtOnce);
    const bool hasMore = part && !part->isLast;
    told(std::move(part));
    if (hasMore) {
        QTimer::singleShot(0, this, [this, link, batch] { goOnUndoing(link, batch); });
    } else {
        --m_undoing;
    }
}

void Core::told(Result<ChangedPart> part)
{
    did(part ? Result<Effects>(std::move(part->effects)) : tl::unexpected<Error>(part.error()));
}

void Core::finishAfterUndo(qint64 batch)
{
    QTimer::singleShot(undoTime, this, [this, batch] {
        if (m_undoing > 0) {
            finishAfterUndo(batch); // what comes back is not to be caught on its way
        } else {
            finishDeletions(batch);
        }
    });
}

void Core::finishDeletions(qint64 batch)
{
    if (batch == 0 || !m_inbox->isOpen()) {
        return;
    }
    const Result<bool> more = m_inbox->finishDeletion(batch, finishedAtOnce, true);
    if (!more) {
        say(QString::fromStdString(more.error().message));
    } else if (*more) {
        QTimer::singleShot(0, this, [this, batch] { finishDeletions(batch); });
    } else {
        m_outbox->flush();
    }
}

} // namespace belfry::client
