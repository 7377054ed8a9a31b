// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/known_places.h"

#include "server/auth/throttle.h"

#include <algorithm>

namespace belfry::server {
namespace {

constexpr int placesPerPerson = 32;
constexpr int placesAtStart = 65'536; // as many as are kept in memory

} // namespace

void keepPlace(Ledger& ledger, UserId user, const std::string& address)
{
    if (address.empty()) {
        return; // nobody came over the network
    }
    Connection& db = ledger.db();
    db.run("INSERT INTO known_places VALUES (?1, ?2, ?3) ON CONFLICT(user_id, address) DO UPDATE SET "
           "signed_in_at = excluded.signed_in_at",
           user, countedAddress(address), ledger.now());
    db.run("DELETE FROM known_places WHERE user_id = ?1 AND address NOT IN (SELECT address FROM known_places "
           "WHERE user_id = ?1 ORDER BY signed_in_at DESC LIMIT ?2)",
           user, placesPerPerson);
}

bool trimPlaces(Ledger& ledger, int limit)
{
    const int removed = ledger.db().run("DELETE FROM known_places WHERE (user_id, address) IN "
                                        "(SELECT user_id, address FROM known_places WHERE signed_in_at <= ?1 LIMIT ?2)",
                                        ledger.removalTime() - knownPlaceTime, limit);
    return removed == limit;
}

std::vector<KnownPlace> readPlaces(Connection& db)
{
    std::vector<KnownPlace> places;
    Rows rows = db.query("SELECT user_id, address, signed_in_at FROM known_places ORDER BY signed_in_at DESC LIMIT ?1",
                         placesAtStart);
    while (rows.next()) {
        places.push_back({rows.integer(0), std::string(rows.text(1)), rows.time(2)});
    }
    std::reverse(places.begin(), places.end());
    return places;
}

} // namespace belfry::server
