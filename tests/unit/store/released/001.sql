-- SPDX-License-Identifier: GPL-3.0-or-later
-- A store as version 0.1 (schema 1) left it: sqlite3 belfry.db .dump, and the marks in its head.
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    value
) WITHOUT ROWID;
INSERT INTO settings VALUES('floor',0);
INSERT INTO settings VALUES('last_time',1795495749317);
INSERT INTO settings VALUES('log_id','f0db72b3-a34f-4003-b561-056b7ba23c43');
INSERT INTO settings VALUES('newest',10);
INSERT INTO settings VALUES('next_user_id',5);
INSERT INTO settings VALUES('server_id','2bd99842-503c-41a4-af29-8c4d5d0964cb');
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
INSERT INTO users VALUES(1,'ann','ann',2,-3392101647427720351,0,'$argon2id$v=19$m=65536,t=2,p=1$pL/4G0heZexwYv3a1NevdA$jgeEgi6hUch2S547L/9mldRqjZLIw5fmQaSOaTHfsuc',1795495747568,0);
INSERT INTO users VALUES(2,'bob','bob',0,-4192926827738305207,0,'$argon2id$v=19$m=65536,t=2,p=1$1Tn/UAzg0prHkWBmUG1FIA$nOr1NBFuptJxwjtqNH/Bbd8yOizW7ZyhvQ1hWsYCNiI',1795495747675,0);
INSERT INTO users VALUES(3,'cid','cid',1,2556599451300945509,0,'$argon2id$v=19$m=65536,t=2,p=1$7THBlqBZrUVASyNfbT0Mog$btsFD3XEv2YmfDvel1CWjFjanVSXTHK6Lu8h2rBVHPE',1795495747787,0);
CREATE TABLE deleted_users (
    id INTEGER PRIMARY KEY,
    deleted_at INTEGER NOT NULL
);
INSERT INTO deleted_users VALUES(4,1795495748958);
CREATE TABLE sessions (
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    device TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
);
INSERT INTO sessions VALUES(4487674250112340093,2,-4192926827738305207,'desk',1795495749076,1795495749076,1798087749000);
CREATE TABLE tokens (
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL,
    jti TEXT NOT NULL UNIQUE,
    issued_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
);
INSERT INTO tokens VALUES(-8701040949459943658,1,'t-873fb15b474fff16-d0ecd586170dab61-7af58fed02bf3fda',1795495748000,1827031748000);
INSERT INTO tokens VALUES(-2639069370307934403,2,'t-db602463dd2e873d-c5cfbb43e773ed49-e9cf7d3c4d6b9834',1795495748000,1827031748000);
CREATE TABLE ended (
    id INTEGER PRIMARY KEY,
    expires_at INTEGER NOT NULL
);
INSERT INTO ended VALUES(7763897263413882612,1798087749000);
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
INSERT INTO entries VALUES(1,1,1795495749217,1,0,0,NULL,NULL,NULL,'{"type":"notification","data":{"id":1,"title":"To everyone","message":"Café, ½ 😀","type":"info","priority":"normal","sender":{"id":1,"name":"ann"},"created_at":"2026-11-24T04:49:09.217Z"}}',replace('to everyone\ncafe, ½ 😀','\n',char(10)),NULL);
INSERT INTO entries VALUES(2,1,1795495749229,1,0,1,NULL,'deploy',NULL,'{"type":"notification","data":{"id":2,"title":"Deploy 1","message":"","type":"info","priority":"normal","key":"deploy","sender":{"id":1,"name":"ann"},"created_at":"2026-11-24T04:49:09.229Z"}}',replace('deploy 1\n','\n',char(10)),X'0200000000000000');
INSERT INTO entries VALUES(3,1,1795495749241,1,1,0,NULL,'deploy',NULL,'{"type":"notification","data":{"id":3,"title":"Deploy 2","message":"","type":"success","priority":"normal","key":"deploy","data":{"n":9007199254740993},"sender":{"id":1,"name":"ann"},"created_at":"2026-11-24T04:49:09.241Z","replaces":2}}',replace('deploy 2\n','\n',char(10)),X'02000000000000000300000000000000');
INSERT INTO entries VALUES(4,1,1795495749252,1,0,0,NULL,NULL,'["yes","no"]','{"type":"notification","data":{"id":4,"title":"Lunch?","message":"","type":"info","priority":"high","require_ack":true,"answers":["yes","no"],"sender":{"id":1,"name":"ann"},"created_at":"2026-11-24T04:49:09.252Z"}}',replace('lunch?\n','\n',char(10)),X'0200000000000000');
INSERT INTO entries VALUES(5,1,1795495749263,1,0,0,NULL,NULL,NULL,'{"type":"notification","data":{"id":5,"title":"Read me","message":"","type":"info","priority":"normal","sender":{"id":1,"name":"ann"},"created_at":"2026-11-24T04:49:09.263Z"}}',replace('read me\n','\n',char(10)),X'0200000000000000');
INSERT INTO entries VALUES(6,1,1795495749275,1,0,0,4070908800000,NULL,NULL,'{"type":"notification","data":{"id":6,"title":"Expires","message":"","type":"info","priority":"normal","expires_at":"2099-01-01T00:00:00.000Z","sender":{"id":1,"name":"ann"},"created_at":"2026-11-24T04:49:09.275Z"}}',replace('expires\n','\n',char(10)),X'0300000000000000');
INSERT INTO entries VALUES(7,1,1795495749287,1,0,1,NULL,NULL,NULL,'{"type":"notification","data":{"id":7,"title":"A slip","message":"","type":"info","priority":"normal","sender":{"id":1,"name":"ann"},"created_at":"2026-11-24T04:49:09.287Z"}}',replace('a slip\n','\n',char(10)),X'0200000000000000');
INSERT INTO entries VALUES(8,4,1795495749298,2,0,0,NULL,NULL,NULL,'{"type":"acked","data":{"id":4,"user":{"id":2,"name":"bob"},"answer":"yes","acked_at":"2026-11-24T04:49:09.298Z"}}',NULL,X'01000000000000000200000000000000');
INSERT INTO entries VALUES(9,2,1795495749308,2,0,0,NULL,NULL,NULL,'{"type":"read","data":{"ids":[5]}}',NULL,X'0200000000000000');
INSERT INTO entries VALUES(10,5,1795495749317,1,0,0,NULL,NULL,NULL,'{"type":"retracted","data":{"id":7}}',NULL,X'0200000000000000');
CREATE TABLE deliveries (
    user_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    counts_until INTEGER NOT NULL,
    PRIMARY KEY (user_id, seq)
) WITHOUT ROWID;
INSERT INTO deliveries VALUES(1,8,0);
INSERT INTO deliveries VALUES(2,2,0);
INSERT INTO deliveries VALUES(2,3,1);
INSERT INTO deliveries VALUES(2,4,1);
INSERT INTO deliveries VALUES(2,5,1);
INSERT INTO deliveries VALUES(2,7,0);
INSERT INTO deliveries VALUES(2,8,0);
INSERT INTO deliveries VALUES(2,9,0);
INSERT INTO deliveries VALUES(2,10,0);
INSERT INTO deliveries VALUES(3,3,1);
INSERT INTO deliveries VALUES(3,6,4070908800000);
CREATE TABLE everyone (
    seq INTEGER PRIMARY KEY,
    counts_until INTEGER NOT NULL
);
INSERT INTO everyone VALUES(1,1);
CREATE TABLE receipts (
    seq INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    delivered_at INTEGER,
    read_at INTEGER,
    acked_at INTEGER,
    answer TEXT,
    PRIMARY KEY (seq, user_id)
) WITHOUT ROWID;
INSERT INTO receipts VALUES(4,2,NULL,1795495749298,1795495749298,'yes');
INSERT INTO receipts VALUES(5,2,NULL,1795495749308,NULL,NULL);
CREATE TABLE read_positions (
    user_id INTEGER PRIMARY KEY,
    examined_to INTEGER NOT NULL
);
INSERT INTO read_positions VALUES(2,5);
CREATE TABLE unread (
    user_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    counts_until INTEGER NOT NULL,
    PRIMARY KEY (user_id, seq)
) WITHOUT ROWID;
INSERT INTO unread VALUES(2,1,1);
INSERT INTO unread VALUES(2,3,1);
CREATE TABLE read_marks (
    user_id INTEGER NOT NULL,
    up_to INTEGER NOT NULL,
    read_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, up_to)
) WITHOUT ROWID;
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
INSERT INTO idempotency_keys VALUES(1,'k1','trigger',X'f0afc6fdcc53e59399b36d68862e67377a6e05ec286b0819017c3ca5aca8af91',1795495749217,1,3,0);
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
CREATE TABLE preferences (
    user_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (user_id, name)
) WITHOUT ROWID;
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
CREATE TABLE reminders (
    seq INTEGER PRIMARY KEY,
    repeat_seconds INTEGER NOT NULL,
    next_at INTEGER NOT NULL
);
CREATE TABLE escalations (
    seq INTEGER PRIMARY KEY,
    due_at INTEGER NOT NULL,
    audience TEXT NOT NULL
);
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
INSERT INTO audit_log VALUES(1,1795495747568,NULL,'user.added','{"user_id":1,"name":"ann","role":"admin"}');
INSERT INTO audit_log VALUES(2,1795495747675,NULL,'user.added','{"user_id":2,"name":"bob","role":"receiver"}');
INSERT INTO audit_log VALUES(3,1795495747787,NULL,'user.added','{"user_id":3,"name":"cid","role":"sender"}');
INSERT INTO audit_log VALUES(4,1795495747912,NULL,'user.added','{"user_id":4,"name":"gone","role":"sender"}');
INSERT INTO audit_log VALUES(5,1795495747943,NULL,'server.started','{"version":"0.1.0","listen":["127.0.0.1:8765"],"allow_plain_http":false,"tls_cert":"","retention_days":90,"retention_count":1000000,"cors_origins":[],"hosts":[],"trusted_proxies":[],"jwt_alg":"","jwt_issuer":"","jwt_audience":"","jwt_allow_admin":false,"new_signing_key":false}');
INSERT INTO audit_log VALUES(6,1795495748933,NULL,'token.made','{"user_id":1,"name":"ann","jti":"t-873fb15b474fff16-d0ecd586170dab61-7af58fed02bf3fda","expires_at":"2027-11-24T04:49:08.000Z"}');
INSERT INTO audit_log VALUES(7,1795495748945,NULL,'token.made','{"user_id":2,"name":"bob","jti":"t-db602463dd2e873d-c5cfbb43e773ed49-e9cf7d3c4d6b9834","expires_at":"2027-11-24T04:49:08.000Z"}');
INSERT INTO audit_log VALUES(8,1795495748958,NULL,'user.removed','{"user_id":4,"name":"gone","role":"sender"}');
INSERT INTO audit_log VALUES(9,1795495749076,2,'sign_in','{"device":"desk","address":"127.0.0.1","by":"bob"}');
INSERT INTO audit_log VALUES(10,1795495749193,2,'sign_in','{"device":"","address":"127.0.0.1","by":"bob"}');
INSERT INTO audit_log VALUES(11,1795495749206,2,'sign_out','{"by":"bob"}');
INSERT INTO audit_log VALUES(12,1795495749317,1,'notification.retracted','{"id":7,"by":"ann"}');
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES('audit_log',12);
CREATE INDEX sessions_user ON sessions(user_id);
CREATE INDEX sessions_expiry ON sessions(expires_at);
CREATE INDEX tokens_user ON tokens(user_id, issued_at);
CREATE INDEX tokens_expiry ON tokens(expires_at);
CREATE INDEX ended_expiry ON ended(expires_at);
CREATE INDEX entries_key ON entries(sender_id, key, seq) WHERE key IS NOT NULL AND is_dead = 0;
CREATE INDEX idempotency_keys_age ON idempotency_keys(used_at);
CREATE INDEX group_members_user ON group_members(user_id);
CREATE INDEX schedule_due ON schedule(deliver_at);
CREATE INDEX reminders_due ON reminders(next_at);
CREATE INDEX escalations_due ON escalations(due_at);
COMMIT;
PRAGMA application_id = 1111908985;
PRAGMA user_version = 1;
