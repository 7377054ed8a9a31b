// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/inbox_rows.h"

#include "client/inbox.h"
#include "client/inbox_fold.h"

#include <QFileInfo>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QUuid>
#include <QVariant>

#include <cstdio>

namespace belfry::bench {

namespace {

constexpr qint64 secondsApart = 25;
constexpr qint64 unreadRows = 3000;

/// A connection to the file that keeps the first thing that went wrong.
class Filler
{
public:
    explicit Filler(const QString& path)
    {
        m_database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), m_name);
        m_database.setDatabaseName(path);
        if (!m_database.open())
            remember(m_database.lastError());
    }
    ~Filler()
    {
        m_database.close();
        m_database = QSqlDatabase();
        QSqlDatabase::removeDatabase(m_name);
    }

    void run(const QString& sql)
    {
        QSqlQuery query(m_database);
        if (m_fault.isEmpty() && !query.exec(sql))
            remember(query.lastError());
    }
    QStringList texts(const QString& sql)
    {
        QStringList texts;
        QSqlQuery query(m_database);
        if (!query.exec(sql))
            remember(query.lastError());
        while (query.next())
            texts.append(query.value(0).toString());
        return texts;
    }
    void addRows(qint64 link, const QString& log, qint64 rows);

    QString fault() const { return m_fault; }

private:
    void remember(const QSqlError& error)
    {
        if (m_fault.isEmpty())
            m_fault = error.text();
    }

    const QString m_name = QUuid::createUuid().toString();
    QSqlDatabase m_database;
    QString m_fault;
};

void Filler::addRows(qint64 link, const QString& log, qint64 rows)
{
    QSqlQuery insert(m_database);
    insert.prepare(QStringLiteral(
        "INSERT INTO rows (row_id, link, log, number, title, message, type, priority, category, url, key, require_ack, "
        "answers, data, sender_id, sender_name, created_at, read_at, answer, state_seq, shown, folded) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, 1, ?, '', '', 0, '', '', ?, ?, ?, ?, '', ?, 1, ?)"));
    const qint64 now = systemClock().now().time_since_epoch().count();
    for (qint64 n = 1; n <= rows && m_fault.isEmpty(); ++n) {
        const QString title = QStringLiteral("Đơn hàng %1").arg(n);
        const QString message = n % 1000 == 0
                                    ? QStringLiteral("a needle in the hay")
                                    : QStringLiteral("Delivered to the front desk, please come and fetch it.");
        const qint64 createdAt = now - (rows - n) * secondsApart * 1000;
        const Type type = n % 50 == 0 ? Type::Error : n % 7 == 0 ? Type::Warning : Type::Info;
        const QString sender = QStringLiteral("sender %1").arg(n % 20);
        const QString category = QStringLiteral("c%1").arg(n % 10);
        const QString searched = title + u'\n' + message + u'\n' + sender + u'\n' + category; // as the inbox has it
        int place = 0;
        const QVariant values[] = {n,
                                   link,
                                   log,
                                   n,
                                   title,
                                   message,
                                   static_cast<int>(type),
                                   category,
                                   n % 20 + 1,
                                   sender,
                                   createdAt,
                                   n > rows - unreadRows ? QVariant(QMetaType::fromType<qint64>())
                                                         : QVariant(createdAt),
                                   n,
                                   client::foldForSearch(searched)};
        for (const QVariant& value : values)
            insert.bindValue(place++, value);
        if (!insert.exec())
            remember(insert.lastError());
    }
    run(QStringLiteral("UPDATE counters SET value = %1 WHERE name = 'next_row'").arg(rows + 1));
    run(QStringLiteral("UPDATE links SET cursor = %1 WHERE id = %2").arg(rows).arg(link));
}

} // namespace

bool fillInbox(const QString& path, const QString& connectionId, const QString& log, qint64 rows)
{
    qint64 link = 0;
    {
        client::Inbox inbox(systemClock());
        if (const auto opened = inbox.open(path); !opened) {
            std::fprintf(stderr, "%s\n", opened.error().message.c_str());
            return false;
        }
        const auto place = inbox.place(connectionId);
        if (!place || !inbox.enterLog(place->id, log))
            return false;
        link = place->id;
    }
    Filler filler(path);
    for (const char* pragma : {"journal_mode = MEMORY", "synchronous = OFF", "cache_size = -400000"})
        filler.run(QStringLiteral("PRAGMA ") + QLatin1StringView(pragma));
    const QString made = QStringLiteral(" FROM sqlite_schema WHERE tbl_name = 'rows' AND sql IS NOT NULL "
                                        "AND type IN ('index', 'trigger')");
    const QStringList again = filler.texts(QStringLiteral("SELECT sql") + made);
    filler.run(QStringLiteral("BEGIN"));
    for (const QString& drop : filler.texts(QStringLiteral("SELECT 'DROP ' || type || ' ' || name") + made))
        filler.run(drop);
    filler.addRows(link, log, rows);
    for (const QString& sql : again)
        filler.run(sql);
    filler.run(QStringLiteral("INSERT INTO found(found) VALUES ('rebuild')"));
    filler.run(QStringLiteral("COMMIT"));
    if (!filler.fault().isEmpty())
        std::fprintf(stderr, "%s\n", qUtf8Printable(filler.fault()));
    return filler.fault().isEmpty();
}

} // namespace belfry::bench
