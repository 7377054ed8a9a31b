// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/json.h"
#include "server/store/schema.h"
#include "unit/store/fixture.h"

#include <QDir>
#include <QFile>

#include <sqlite3.h>

#include <random>

using namespace belfry;
using namespace belfry::server;
using namespace belfry::server::test;

namespace {

/// A database looked at past the store.
class Raw
{
public:
    explicit Raw(const QString& path) { sqlite3_open(path.toUtf8().constData(), &m_db); }
    ~Raw() { sqlite3_close(m_db); }
    Raw(const Raw&) = delete;
    Raw& operator=(const Raw&) = delete;

    bool run(const QByteArray& sql) { return sqlite3_exec(m_db, sql.constData(), nullptr, nullptr, nullptr) == 0; }
    /// All rows, a line each, as SQL would write the values.
    QStringList rows(const QString& sql)
    {
        QStringList lines;
        sqlite3_stmt* statement = nullptr;
        sqlite3_prepare_v2(m_db, sql.toUtf8().constData(), -1, &statement, nullptr);
        while (statement && sqlite3_step(statement) == SQLITE_ROW) {
            QStringList values;
            for (int column = 0; column < sqlite3_column_count(statement); ++column) {
                const auto* text = static_cast<const char*>(sqlite3_column_blob(statement, column));
                values +=
                    QString::fromUtf8(QByteArray(text, sqlite3_column_bytes(statement, column)).toPercentEncoding());
            }
            lines += values.join(u'|');
        }
        sqlite3_finalize(statement);
        return lines;
    }

private:
    sqlite3* m_db = nullptr;
};

QByteArray released(int version)
{
    QFile file(QStringLiteral(BELFRY_RELEASED_STORES "/%1.sql").arg(version, 3, 10, QLatin1Char('0')));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// What each table held, by the columns that it had then.
QMap<QString, QStringList> contentOf(Raw& db, const QMap<QString, QString>& columns)
{
    QMap<QString, QStringList> content;
    for (auto table = columns.begin(); table != columns.end(); ++table)
        content[table.key()] = db.rows(QStringLiteral("SELECT %1 FROM %2 ORDER BY 1, 2").arg(*table, table.key()));
    return content;
}

QMap<QString, QString> columnsOf(Raw& db)
{
    QMap<QString, QString> columns;
    for (const QString& table : db.rows(QStringLiteral("SELECT name FROM sqlite_schema WHERE type = 'table' "
                                                       "AND name NOT LIKE 'sqlite~_%' ESCAPE '~'")))
        columns[table] =
            db.rows(QStringLiteral("SELECT name FROM pragma_table_info('%1')").arg(table)).join(QStringLiteral(", "));
    return columns;
}

} // namespace

/// The newest schema that was released. Raised with every release, which brings a dump of its store into `released/`.
constexpr int lastReleased = 1;

/// A store of every schema that was ever released is brought up to date, and holds what it held.
class UpgradeTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void isTestedFromEachVersion();
    void holdsWhatItHeld_data() { eachVersion(); }
    void holdsWhatItHeld();
    void hasTheSchemaOfANewStore_data() { eachVersion(); }
    void hasTheSchemaOfANewStore();
    void worksOnAsBefore_data() { eachVersion(); }
    void worksOnAsBefore();
    void whatWasUnreadIsUnread();

private:
    /// The store as it was left then, met by a clock that has gone on since.
    static bool lay(Fixture& f, int version)
    {
        Raw old(f.dir.filePath(QStringLiteral("belfry.db")));
        if (!old.run(released(version)))
            return false;
        const QStringList last = old.rows(QStringLiteral("SELECT value FROM settings WHERE name = 'last_time'"));
        f.clock.set(std::chrono::milliseconds(last.value(0).toLongLong()) - f.clock.now().time_since_epoch());
        return !last.isEmpty();
    }
    static void eachVersion()
    {
        QTest::addColumn<int>("version");
        for (int version = 1; version <= lastReleased; ++version)
            QTest::addRow("schema %d", version) << version;
    }
};

void UpgradeTest::isTestedFromEachVersion()
{
    QVERIFY(lastReleased <= int(schemaSteps().size()));
    for (int version = 1; version <= lastReleased; ++version)
        QVERIFY2(!released(version).isEmpty(), "a schema without a dump in tests/unit/store/released");
}

void UpgradeTest::holdsWhatItHeld()
{
    QFETCH(int, version);
    Fixture f;
    const QString path = f.dir.filePath(QStringLiteral("belfry.db"));
    QMap<QString, QString> columns;
    QMap<QString, QStringList> before;
    QVERIFY(lay(f, version));
    {
        Raw old(path);
        columns = columnsOf(old);
        before = contentOf(old, columns);
    }
    // New settings come; those that were there stay as they were.
    const QString settings = QStringLiteral("settings");
    QVERIFY(before.value(QStringLiteral("entries")).size() > 5);
    QVERIFY(f.open());
    f.close();
    Raw upgraded(path);
    auto after = contentOf(upgraded, columns);
    for (const QString& row : before.value(settings))
        QVERIFY2(after.value(settings).contains(row), qPrintable(row));
    after[settings] = before.value(settings);
    // What is read stands in ranges now; worksOnAsBefore() looks at what lists say of it.
    for (const char* const moved : {"unread", "read_positions"})
        after[QLatin1String(moved)] = before.value(QLatin1String(moved));
    for (auto table = before.begin(); table != before.end(); ++table)
        QVERIFY2(after.value(table.key()) == *table, qPrintable(table.key()));
}

void UpgradeTest::hasTheSchemaOfANewStore()
{
    QFETCH(int, version);
    Fixture old, fresh;
    QVERIFY(lay(old, version));
    for (Fixture* f : {&old, &fresh}) {
        QVERIFY(f->open());
        f->close();
    }
    const auto schemaOf = [](const Fixture& f) {
        Raw db(f.dir.filePath(QStringLiteral("belfry.db")));
        QStringList all =
            db.rows(QStringLiteral("PRAGMA user_version")) + db.rows(QStringLiteral("PRAGMA application_id"));
        const auto columns = columnsOf(db);
        for (auto table = columns.begin(); table != columns.end(); ++table)
            all += table.key() + u' ' + *table;
        return all +
               db.rows(QStringLiteral("SELECT name, tbl_name FROM sqlite_schema WHERE type = 'index' ORDER BY 1"));
    };
    QCOMPARE(schemaOf(old), schemaOf(fresh));
}

void UpgradeTest::worksOnAsBefore()
{
    QFETCH(int, version);
    Fixture f;
    QVERIFY(lay(f, version));
    QVERIFY(f.open());
    // All dumps were made by the same commands: ann sends, bob reads, cid gets, and one account is gone.
    const auto accounts = f.store->accounts();
    QCOMPARE(accounts->size(), 3U);
    const Account* ann = accounts->findByName("ann");
    const Account* bob = accounts->findByName("bob");
    QVERIFY(ann && bob && accounts->findByName("cid"));
    const Credential sender = Fixture::credentialOf(*ann), reader = Fixture::credentialOf(*bob);
    QCOMPARE(idsOf(f.replay(reader, 0)), (std::vector<Seq>{1, 3, 4, 5, 8, 9, 10}));
    const auto list = f.list(reader);
    QCOMPARE(idsOf(list), (std::vector<Seq>{5, 4, 3, 1}));
    QCOMPARE(list->unread, 2);
    ListQuery unread;
    unread.unreadOnly = true;
    QCOMPARE(idsOf(f.list(reader, unread)), (std::vector<Seq>{3, 1}));
    QCOMPARE(f.send(sender, Everyone{}), 11);
    QCOMPARE(f.add("dot").user, 5); // 4 was given
}

/// Schema 1 had a row for each unread message; what is read stands in ranges since.
void UpgradeTest::whatWasUnreadIsUnread()
{
    constexpr Seq examined = 300, newest = 400;
    Fixture f;
    QVERIFY(lay(f, 1));
    std::mt19937 random(7);
    std::vector<Seq> expected{1, 3}; // as the dump has it
    {
        Raw old(f.dir.filePath(QStringLiteral("belfry.db")));
        QByteArray sql = "BEGIN; UPDATE read_positions SET examined_to = 300 WHERE user_id = 2;";
        for (Seq seq = 11; seq <= newest; ++seq) {
            // To everyone, to bob, to another, or a change of somebody's state.
            const auto whose = random() % 4;
            const std::string data = notificationEvent(notificationItem(seq, R"("title":"Test")", f.clock.now(), {}));
            sql += "INSERT INTO entries(seq, kind, created_at, sender_id, type, is_dead, data) VALUES (" +
                   QByteArray::number(qint64(seq)) + ", " + (whose == 3 ? "2" : "1") + ", " +
                   QByteArray::number(qint64(f.clock.now().time_since_epoch().count())) + ", 1, 0, 0, '" +
                   QByteArray::fromStdString(data) + "');";
            const QByteArray number = QByteArray::number(qint64(seq));
            sql += whose == 0   ? "INSERT INTO everyone VALUES (" + number + ", 1);"
                   : whose == 1 ? "INSERT INTO deliveries VALUES (2, " + number + ", 1);"
                   : whose == 2 ? "INSERT INTO deliveries VALUES (3, " + number + ", 1);"
                                : "INSERT INTO deliveries VALUES (2, " + number + ", 0);";
            const bool isBobs = whose < 2;
            if (isBobs && seq <= examined && random() % 3 != 0) {
                sql += "INSERT INTO unread VALUES (2, " + number + ", 1);";
                expected.push_back(seq);
            } else if (isBobs && seq > examined) {
                expected.push_back(seq);
            }
        }
        QVERIFY(old.run(sql + "UPDATE settings SET value = 400 WHERE name = 'newest'; COMMIT;"));
    }
    QVERIFY(f.open());
    const Credential bob = Fixture::credentialOf(*f.store->accounts()->findByName("bob"));
    ListQuery unread;
    unread.unreadOnly = true;
    unread.sinceId = 0;
    unread.limit = 500;
    const auto list = f.list(bob, unread);
    QCOMPARE(idsOf(list), expected);
    QCOMPARE(list->unread, static_cast<std::int64_t>(expected.size()));
    // And goes on as it was: one more is read, and all.
    QCOMPARE(f.read(bob, {{expected[5]}, {}}).value(), static_cast<std::int64_t>(expected.size()) - 1);
    expected.erase(expected.begin() + 5);
    QCOMPARE(idsOf(f.list(bob, unread)), expected);
    QCOMPARE(f.read(bob, {{}, newest}).value(), 0);
}

QTEST_GUILESS_MAIN(UpgradeTest)
#include "upgrade_test.moc"
