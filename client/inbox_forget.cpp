// SPDX-License-Identifier: GPL-3.0-or-later
// What goes with a connection that the person has removed. Its link is renamed in one commit, and so nobody's from then
// on; what belongs to it is cleared away in parts, at the next start too.
#include "client/inbox.h"

namespace belfry::client {
namespace {

constexpr const char* oneRemoved = "SELECT id FROM links WHERE name LIKE 'removed:%' LIMIT 1";

} // namespace

Result<void> Inbox::remove(const QString& connectionId)
{
    m_database.run("UPDATE links SET name = 'removed:' || name WHERE name = ?", {connectionId});
    return m_database.takeFault();
}

Result<bool> Inbox::clearRemoved(int limit)
{
    QSqlQuery& found = m_database.run(oneRemoved);
    const LinkId link = found.next() ? found.value(0).toLongLong() : 0;
    found.finish();
    if (link == 0) {
        const Result<void> fine = m_database.takeFault();
        return fine ? Result<bool>(false) : tl::unexpected<Error>(fine.error());
    }
    if (Result<void> begun = m_database.begin(); !begun)
        return tl::unexpected<Error>(begun.error());
    m_database.run("DELETE FROM changes WHERE link = ?", {link});
    // Each by an index of its own.
    const int rows = m_database
                         .run("DELETE FROM rows WHERE row_id IN "
                              "(SELECT row_id FROM rows WHERE link = ? AND deleted = 0 LIMIT ?)",
                              {link, limit})
                         .numRowsAffected() +
                     m_database
                         .run("DELETE FROM rows WHERE row_id IN "
                              "(SELECT row_id FROM rows WHERE deleted <> 0 AND link = ? LIMIT ?)",
                              {link, limit})
                         .numRowsAffected();
    const int tombstones = m_database
                               .run("DELETE FROM tombstones WHERE link = ? AND (log, number) IN "
                                    "(SELECT log, number FROM tombstones WHERE link = ? LIMIT ?)",
                                    {link, link, limit})
                               .numRowsAffected();
    if (rows <= 0 && tombstones <= 0)
        m_database.run("DELETE FROM links WHERE id = ?", {link});
    const Result<void> done = m_database.commit();
    return done ? Result<bool>(true) : tl::unexpected<Error>(done.error());
}

} // namespace belfry::client
