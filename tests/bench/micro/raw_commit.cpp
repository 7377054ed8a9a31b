// SPDX-License-Identifier: GPL-3.0-or-later
// What the disk allows: one row a transaction, WAL, synchronous=FULL, nothing else. Prints JSON.
// Usage: bench_commit DIRECTORY [SECONDS]
#include "tests/bench/load/clock.h"
#include "tests/bench/load/histogram.h"

#include <sqlite3.h>

#include <cstdio>
#include <cstdlib>
#include <string>

using namespace belfry::bench;

int main(int argc, char** argv)
{
    const std::string path = std::string(argc > 1 ? argv[1] : ".") + "/raw_commit.db";
    const double seconds = argc > 2 ? std::atof(argv[2]) : 3;
    sqlite3* db = nullptr;
    if (sqlite3_open(path.c_str(), &db) != SQLITE_OK) {
        return 1;
    }
    sqlite3_exec(db,
                 "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t(id INTEGER PRIMARY KEY, body BLOB)",
                 nullptr, nullptr, nullptr);
    sqlite3_stmt* insert = nullptr;
    sqlite3_prepare_v2(db, "INSERT INTO t(body) VALUES(?1)", -1, &insert, nullptr);
    const std::string body(220, 'm');
    Histogram latency;
    for (const Nanoseconds end = now() + static_cast<Nanoseconds>(seconds * 1e9); now() < end;) {
        const Nanoseconds begin = now();
        sqlite3_exec(db, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr);
        sqlite3_bind_blob(insert, 1, body.data(), static_cast<int>(body.size()), SQLITE_STATIC);
        sqlite3_step(insert);
        sqlite3_reset(insert);
        sqlite3_exec(db, "COMMIT", nullptr, nullptr, nullptr);
        latency.add(now() - begin);
    }
    std::printf("{\"commits\":%llu,\"commit_p50_ms\":%.4f,\"commit_p99_ms\":%.4f}\n",
                static_cast<unsigned long long>(latency.count()), static_cast<double>(latency.at(0.5)) / 1e6,
                static_cast<double>(latency.at(0.99)) / 1e6);
    sqlite3_finalize(insert);
    sqlite3_close(db);
}
