// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/inbox_schema.h"

namespace belfry::client {
namespace {

// links: a connection (connection.h) and its place in the server's log. `listing`: 0 nothing to list, 1 the first look
// at a server, 2 after a reset of the same log, 3 after another log. `listing_next`: the row id the next listed row
// takes, going down, out of a block set aside when the listing began: so the order of row ids is the order of numbers.
//
// rows: `state_seq` is the number this person's state is from. `faded`: 1 expired, 2 of a log that is no more.
// `deleted`: the batch of a deletion that can still be undone. `pending`: 1 read/unread, 2 acknowledged, not yet
// answered by the server.
//
// tombstones: what was deleted here, retracted or replaced; the title only as a hash: enough to know it again.
//
// changes: what is to be sent, in order. `kind`: 1 read, 2 unread, 3 read up to, 4 acknowledge.
constexpr const char* first[] = {
    R"(CREATE TABLE links (
        id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, log TEXT NOT NULL DEFAULT '', cursor INTEGER,
        poll_seen INTEGER NOT NULL DEFAULT 0, listing INTEGER NOT NULL DEFAULT 0, listing_before INTEGER,
        listing_floor INTEGER NOT NULL DEFAULT 0, listing_next INTEGER NOT NULL DEFAULT 0,
        listing_count INTEGER NOT NULL DEFAULT 0, limitation_told INTEGER NOT NULL DEFAULT 0,
        seen_at INTEGER NOT NULL DEFAULT 0))",
    R"(CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID)",
    R"(INSERT INTO counters VALUES ('next_row', 1))",
    R"(CREATE TABLE rows (
        row_id INTEGER PRIMARY KEY, link INTEGER NOT NULL, log TEXT NOT NULL, number INTEGER,
        title TEXT NOT NULL, message TEXT NOT NULL, type INTEGER NOT NULL, priority INTEGER NOT NULL,
        category TEXT NOT NULL, url TEXT NOT NULL, key TEXT NOT NULL, require_ack INTEGER NOT NULL,
        answers TEXT NOT NULL, data TEXT NOT NULL, expires_at INTEGER, sender_id INTEGER NOT NULL,
        sender_name TEXT NOT NULL, created_at INTEGER NOT NULL, read_at INTEGER, acked_at INTEGER,
        answer TEXT NOT NULL, state_seq INTEGER NOT NULL, faded INTEGER NOT NULL DEFAULT 0,
        shown INTEGER NOT NULL DEFAULT 0, deleted INTEGER NOT NULL DEFAULT 0, pending INTEGER NOT NULL DEFAULT 0,
        note TEXT NOT NULL DEFAULT '', folded TEXT NOT NULL))",
    R"(CREATE UNIQUE INDEX rows_by_name ON rows (link, log, number) WHERE number IS NOT NULL)",
    R"(CREATE INDEX rows_by_link ON rows (link, row_id) WHERE deleted = 0)",
    R"(CREATE INDEX rows_unread ON rows (link, row_id) WHERE read_at IS NULL AND faded = 0 AND deleted = 0)",
    R"(CREATE INDEX rows_unshown ON rows (link, row_id)
        WHERE shown = 0 AND read_at IS NULL AND faded = 0 AND deleted = 0)",
    R"(CREATE INDEX rows_by_age ON rows (link, created_at) WHERE deleted = 0 AND (read_at IS NOT NULL OR faded <> 0))",
    R"(CREATE INDEX rows_by_type ON rows (link, type, row_id) WHERE deleted = 0)",
    R"(CREATE INDEX rows_by_sender ON rows (link, sender_id, row_id) WHERE deleted = 0)",
    R"(CREATE INDEX rows_by_category ON rows (link, category, row_id) WHERE deleted = 0 AND category <> '')",
    R"(CREATE INDEX rows_by_key ON rows (link, sender_id, key) WHERE key <> '')",
    R"(CREATE INDEX rows_expiring ON rows (expires_at) WHERE expires_at IS NOT NULL AND faded = 0)",
    R"(CREATE INDEX rows_pending ON rows (link, row_id) WHERE pending <> 0)",
    R"(CREATE INDEX rows_deleted ON rows (deleted) WHERE deleted <> 0)",
    R"(CREATE VIRTUAL TABLE found USING fts5(folded, content='rows', content_rowid='row_id', tokenize='trigram'))",
    R"(CREATE TRIGGER rows_inserted AFTER INSERT ON rows BEGIN
        INSERT INTO found (rowid, folded) VALUES (new.row_id, new.folded); END)",
    R"(CREATE TRIGGER rows_gone AFTER DELETE ON rows BEGIN
        INSERT INTO found (found, rowid, folded) VALUES ('delete', old.row_id, old.folded); END)",
    R"(CREATE TABLE tombstones (
        link INTEGER NOT NULL, log TEXT NOT NULL, number INTEGER NOT NULL, sender_id INTEGER NOT NULL,
        created_at INTEGER NOT NULL, title_hash BLOB NOT NULL, PRIMARY KEY (link, log, number)) WITHOUT ROWID)",
    R"(CREATE TABLE changes (
        change_id INTEGER PRIMARY KEY AUTOINCREMENT, link INTEGER NOT NULL, log TEXT NOT NULL, number INTEGER NOT NULL,
        row_id INTEGER NOT NULL, kind INTEGER NOT NULL, answer TEXT NOT NULL))",
    R"(CREATE INDEX changes_by_link ON changes (link, change_id))",
    R"(CREATE INDEX changes_by_row ON changes (row_id))",
};

constexpr InboxMigration all[] = {first};

} // namespace

std::span<const InboxMigration> inboxMigrations()
{
    return all;
}

} // namespace belfry::client
