-- SPDX-License-Identifier: GPL-3.0-or-later
-- Times are milliseconds since 1970 UTC. Enums are stored by number (protocol/event.h, protocol/notification.h).

-- Names and counters: server_id, log_id, newest, floor, last_time, next_user_id, owner_id.
CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    value
) WITHOUT ROWID;

-- People -----------------------------------------------------------------------------------------------------------

CREATE TABLE users (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    folded_name TEXT NOT NULL UNIQUE,
    role INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    is_external INTEGER NOT NULL,
    password_hash TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    created_after INTEGER NOT NULL
);
-- Who was deleted stays deleted, whatever a token says.
CREATE TABLE deleted_users (
    id INTEGER PRIMARY KEY,
    deleted_at INTEGER NOT NULL
);
CREATE TABLE sessions (
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    device TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
);
CREATE INDEX sessions_user ON sessions(user_id);
CREATE INDEX sessions_expiry ON sessions(expires_at);
CREATE TABLE tokens (
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL,
    jti TEXT NOT NULL UNIQUE,
    issued_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
);
CREATE INDEX tokens_user ON tokens(user_id, issued_at);
CREATE INDEX tokens_expiry ON tokens(expires_at);
-- Sessions and tokens that were ended, until they would have expired.
CREATE TABLE ended (
    id INTEGER PRIMARY KEY,
    expires_at INTEGER NOT NULL
);
CREATE INDEX ended_expiry ON ended(expires_at);

-- The log ----------------------------------------------------------------------------------------------------------

CREATE TABLE entries (
    seq INTEGER PRIMARY KEY,
    kind INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    sender_id INTEGER NOT NULL,
    type INTEGER NOT NULL,
    is_dead INTEGER NOT NULL,  -- replaced or retracted
    expires_at INTEGER,
    key TEXT,
    answers TEXT,              -- a JSON array, where there are any
    data TEXT NOT NULL,        -- the event's data line, as on the wire
    folded TEXT,               -- title and message as search sees them
    audience BLOB              -- ids ascending, 8 bytes each, little-endian; NULL: everyone
);
CREATE INDEX entries_key ON entries(sender_id, key, seq) WHERE key IS NOT NULL AND is_dead = 0;

-- Whom an entry is for, but for those to everyone, which are stored once.
-- counts_until: 0 never (no notification, or a dead one), 1 always, else the moment it expires.
CREATE TABLE deliveries (
    user_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    counts_until INTEGER NOT NULL,
    PRIMARY KEY (user_id, seq)
) WITHOUT ROWID;
CREATE TABLE everyone (
    seq INTEGER PRIMARY KEY,
    counts_until INTEGER NOT NULL
);

-- What each did with it. A row is made when there is something to say.
CREATE TABLE receipts (
    seq INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    delivered_at INTEGER,
    read_at INTEGER,
    acked_at INTEGER,
    answer TEXT,
    PRIMARY KEY (seq, user_id)
) WITHOUT ROWID;

-- Read and unread: above examined_to everything counts as unread; up to it, what stands in `unread`.
CREATE TABLE read_positions (
    user_id INTEGER PRIMARY KEY,
    examined_to INTEGER NOT NULL
);
CREATE TABLE unread (
    user_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    counts_until INTEGER NOT NULL,
    PRIMARY KEY (user_id, seq)
) WITHOUT ROWID;
-- "All read up to here, at that time": both rise.
CREATE TABLE read_marks (
    user_id INTEGER NOT NULL,
    up_to INTEGER NOT NULL,
    read_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, up_to)
) WITHOUT ROWID;

-- Answers already given, for 24 hours.
CREATE TABLE idempotency_keys (
    sender_id INTEGER NOT NULL,
    key TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    body_hash BLOB NOT NULL,
    used_at INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    recipients INTEGER NOT NULL,
    online INTEGER NOT NULL,
    PRIMARY KEY (sender_id, key)
) WITHOUT ROWID;
CREATE INDEX idempotency_keys_age ON idempotency_keys(used_at);

-- Laid out for what comes later (protocol.md, "(2)"); nothing writes here yet. -----------------------------------------

CREATE TABLE groups (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    folded_name TEXT NOT NULL UNIQUE
);
CREATE TABLE group_members (
    group_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    PRIMARY KEY (group_id, user_id)
) WITHOUT ROWID;
CREATE INDEX group_members_user ON group_members(user_id);
CREATE TABLE preferences (
    user_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (user_id, name)
) WITHOUT ROWID;
-- How far each machine has shown or stored.
CREATE TABLE deliveries_shown (
    user_id INTEGER NOT NULL,
    device TEXT NOT NULL,
    up_to INTEGER NOT NULL,
    reported_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, device)
) WITHOUT ROWID;
CREATE TABLE schedule (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    deliver_at INTEGER NOT NULL,
    sender_id INTEGER NOT NULL,
    draft TEXT NOT NULL
);
CREATE INDEX schedule_due ON schedule(deliver_at);
CREATE TABLE reminders (
    seq INTEGER PRIMARY KEY,
    repeat_seconds INTEGER NOT NULL,
    next_at INTEGER NOT NULL
);
CREATE INDEX reminders_due ON reminders(next_at);
CREATE TABLE escalations (
    seq INTEGER PRIMARY KEY,
    due_at INTEGER NOT NULL,
    audience TEXT NOT NULL
);
CREATE INDEX escalations_due ON escalations(due_at);
CREATE TABLE invites (
    code_hash BLOB PRIMARY KEY,
    role INTEGER NOT NULL,
    created_by INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_by INTEGER
) WITHOUT ROWID;
CREATE TABLE audit_log (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    actor_id INTEGER,
    action TEXT NOT NULL,
    subject TEXT NOT NULL
);
