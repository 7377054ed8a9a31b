-- SPDX-License-Identifier: GPL-3.0-or-later
-- A person's sign-ins in the order in which they were made, so that a list of many comes in pages: times may be equal,
-- or wrong. And by device and last use: what is not used any more is bounded.
ALTER TABLE sessions ADD COLUMN ordinal INTEGER NOT NULL DEFAULT 0;
UPDATE sessions SET ordinal = ordered.ordinal FROM
    (SELECT id, row_number() OVER (PARTITION BY user_id ORDER BY created_at, id DESC) AS ordinal FROM sessions) AS ordered
    WHERE ordered.id = sessions.id;
DROP INDEX sessions_user;
CREATE UNIQUE INDEX sessions_order ON sessions(user_id, ordinal);
CREATE INDEX sessions_device ON sessions(user_id, device, last_used_at, ordinal);
