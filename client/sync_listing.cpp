// SPDX-License-Identifier: GPL-3.0-or-later
// Reads the list: at the first look, after a reset and where the log is another one.
#include "client/sync.h"

namespace belfry::client {
namespace {

constexpr std::size_t pageSize = 500;

} // namespace

void Sync::beginListing(Listing why, const QString& log, std::optional<Seq> cursor)
{
    if (Result<void> begun = m_inbox.beginListing(m_place.id, why, log, cursor); !begun) {
        writeFailed(begun.error());
        return;
    }
    m_place.log = log;
    m_place.cursor = cursor;
    m_place.listing = why;
    m_place.listingBefore.reset();
    m_place.pollSeen = 0;
    m_isListing = false;
}

void Sync::readList()
{
    if (m_isListing || m_place.listing == Listing::None || m_isFaulty) {
        return;
    }
    m_isListing = true;
    m_listDue.reset();
    ListRequest request;
    request.limit = static_cast<int>(pageSize);
    if (m_place.listingBefore && *m_place.listingBefore > 0) {
        request.beforeId = m_place.listingBefore;
    }
    m_api->list(request, forThisLink([this, log = m_place.log](Result<ListAnswer> answer) {
                    if (log != m_place.log) {
                        return; // began anew with another log meanwhile
                    }
                    m_isListing = false;
                    if (answer) {
                        takeList(*answer);
                    } else {
                        m_listDue = now() + m_times.listAgain;
                    }
                }));
}

void Sync::takeList(const ListAnswer& answer)
{
    learnTime(answer.serverTime);
    const bool isFirstLook = m_place.listing == Listing::First;
    const bool isFirstPage = !m_place.listingBefore;
    Result<ListedPage> page =
        m_inbox.addListed(m_place.id, answer.items, answer.latestId, answer.items.size() < pageSize);
    if (!page) {
        writeFailed(page.error());
        return;
    }
    if (Result<LinkPlace> place = m_inbox.place(m_connection.id)) {
        m_place = *place;
    }
    if (m_source.lastEventId().isEmpty() && m_place.cursor) {
        m_source.setLastEventId(QString::number(*m_place.cursor));
    }
    // The history of a first look is told as one: read anew, at its beginning and at its end.
    QList<Row> news;
    for (const Row& row : page->effects.inserted) {
        if (!row.isShown && row.isUnread() && !row.ackedAt.isValid()) {
            news.append(row);
        }
    }
    Effects told = page->effects;
    told.inserted.clear();
    told.replaced.clear();
    told.isMuch = isFirstPage || page->isDone || told.isMuch;
    note(told);
    Q_EMIT happened(told);
    if (isFirstLook) {
        for (const Row& row : std::as_const(news)) {
            Q_EMIT arrived(row, Arrival::Single);
        }
    } else {
        m_listed.begin(now());
        const qint64 dayAgo = (m_inbox.serverNow() - std::chrono::hours(24)).time_since_epoch().count();
        for (const Row& row : std::as_const(news)) {
            if (row.priority == Priority::Critical && row.createdAt.toMSecsSinceEpoch() >= dayAgo) {
                Q_EMIT arrived(row, Arrival::Single);
            } else {
                Row counted = row;
                counted.priority = std::min(row.priority, Priority::High); // too old to stand alone
                m_listed.came(counted, now());
            }
        }
        if (page->isDone) {
            show(m_listed.caughtUp(now(), m_inbox.expiryTime()));
        }
    }
    if (!page->isDone) {
        readList();
    }
}

} // namespace belfry::client
