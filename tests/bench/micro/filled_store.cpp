// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/micro/filled_store.h"

#include "server/store/database.h"
#include "server/store/folding.h"
#include "server/store/people.h"
#include "tests/bench/micro/samples.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace belfry::bench {

namespace {

using namespace belfry::server;

constexpr UserId people = 10'000;

/// Nothing here goes on without what it was to make.
void require(bool isFine, const std::string& what)
{
    if (!isFine) {
        std::fprintf(stderr, "the store cannot be filled: %s\n", what.c_str());
        std::abort();
    }
}

void addPeople(Connection& db, Time now)
{
    for (UserId id = 1; id <= people; ++id) {
        const std::string name = "person " + std::to_string(id);
        db.run("INSERT INTO users VALUES (?1, ?2, ?2, 1, ?1, 0, '', ?3, 0)", id, name, now);
    }
    db.run("INSERT INTO read_heads VALUES (?1, ?2, 0, 0)", FilledStore::reader, FilledStore::newest - 1000);
    db.run("UPDATE settings SET value = ?1 WHERE name IN ('newest', 'notifications')", FilledStore::newest);
}

void addEntry(Connection& db, Seq seq, Time now)
{
    Notification n = samples::common();
    n.id = seq;
    n.createdAt = now - std::chrono::seconds(FilledStore::newest - seq);
    n.type = seq % 40'000 < 4 ? Type::Error : Type::Success; // four of which one is the reader's
    if (seq % 4000 < 4) {
        n.message += " A needle in the hay.";
    }
    const bool isForEveryone = seq % 4 == 1;
    const UserId recipient = seq % 4 == 0 ? FilledStore::reader : 2 + seq % (people - 1);
    std::string audience(8, '\0');
    std::memcpy(audience.data(), &recipient, 8);
    db.run("INSERT INTO entries VALUES (?1, 1, ?2, 17, ?3, 0, NULL, NULL, NULL, ?4, ?5, ?6)", seq, n.createdAt,
           static_cast<int>(n.type), samples::event(n), foldedForSearch(n.title + '\n' + n.message),
           isForEveryone ? std::nullopt : std::optional(Blob{audience}));
    if (isForEveryone) {
        db.run("INSERT INTO everyone VALUES (?1, 1)", seq);
    } else {
        db.run("INSERT INTO deliveries VALUES (?1, ?2, 1)", recipient, seq);
    }
}

} // namespace

FilledStore::FilledStore() : m_directory(QStringLiteral("filled_store_XXXXXX"))
{
    const std::string path = m_directory.path().toStdString();
    const Time now = systemClock().now();
    const auto place = placeDatabase(-1, path);
    require(place.has_value(), path);
    {
        auto db = openDatabase(*place, path, now);
        require(db.has_value(), db ? "" : db.error().message);
        db->execute("PRAGMA synchronous = OFF; BEGIN");
        addPeople(*db, now);
        for (Seq seq = 1; seq <= newest; ++seq) {
            addEntry(*db, seq, now);
        }
        db->execute("COMMIT; PRAGMA wal_checkpoint(TRUNCATE)");
        m_accounts = readAccounts(*db);
        require(!db->hasFailed(), db->hasFailed() ? db->takeFailure().message : "");
    }
    auto reading = openForReading(*place);
    require(reading.has_value(), reading ? "" : reading.error().message);
    m_connection = std::make_unique<Connection>(std::move(*reading));
}

FilledStore& FilledStore::get()
{
    static FilledStore store;
    return store;
}

} // namespace belfry::bench
