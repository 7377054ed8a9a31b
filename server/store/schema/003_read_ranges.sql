-- SPDX-License-Identifier: GPL-3.0-or-later
-- What is read is kept as ranges of numbers, so that reading one message among many unread ones writes one row, and the
-- log's changes of read state are followed, so that one that a later one overrides can go.

CREATE TABLE read_heads (
    user_id INTEGER PRIMARY KEY,
    read_to INTEGER NOT NULL,     -- all up to here is read
    state_ids INTEGER NOT NULL,   -- rows in `states`
    state_floor INTEGER NOT NULL  -- the highest number of a change told to this person that went with its effect
);
-- What is read above read_to. Ranges at or below it say nothing any more, and go when there is time.
CREATE TABLE read_ranges (
    user_id INTEGER NOT NULL,
    last INTEGER NOT NULL,
    first INTEGER NOT NULL,
    PRIMARY KEY (user_id, last)
) WITHOUT ROWID;
CREATE INDEX read_ranges_age ON read_ranges(last);

-- Which entry of the log carries the newest change that somebody made: of one message (1: read or unread), of all up to
-- one (2), or a confirmation (3). An entry of these kinds without a row here has been overridden.
CREATE TABLE states (
    user_id INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    target INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (user_id, kind, target)
) WITHOUT ROWID;
CREATE INDEX states_entry ON states(user_id, seq);

-- Sums over `deliveries` of one person, or over `everyone` (owner 0), from the row `first` to the row `last`, both
-- included: so that counting does not walk all rows. Made when a count had to walk many.
CREATE TABLE count_blocks (
    owner_id INTEGER NOT NULL,
    last INTEGER NOT NULL,
    first INTEGER NOT NULL,
    always INTEGER NOT NULL,      -- count until they are replaced or retracted
    expiring INTEGER NOT NULL,    -- count until they expire, at moments between these two
    soonest INTEGER NOT NULL,
    latest INTEGER NOT NULL,
    PRIMARY KEY (owner_id, last)
) WITHOUT ROWID;
CREATE INDEX count_blocks_age ON count_blocks(last);

CREATE INDEX read_marks_age ON read_marks(up_to);

-- How many notifications are kept: retention counts them, not what was done with them.
INSERT INTO settings SELECT 'notifications', count(*) FROM entries WHERE kind = 1;

-- From rows of what is unread up to examined_to: all before the first is read, what lies between two is read where there
-- was something to read, and so is what follows the last.
INSERT INTO read_heads
    SELECT p.user_id,
           coalesce((SELECT min(u.seq) - 1 FROM unread u WHERE u.user_id = p.user_id
                     AND u.seq > (SELECT value FROM settings WHERE name = 'floor')), p.examined_to),
           0, 0
    FROM read_positions p;
INSERT INTO read_ranges(user_id, first, last)
    SELECT user_id, previous + 1, seq - 1
    FROM (SELECT user_id, seq, lag(seq) OVER (PARTITION BY user_id ORDER BY seq) AS previous
          FROM unread WHERE seq > (SELECT value FROM settings WHERE name = 'floor')) AS u
    WHERE seq > previous + 1
      AND (EXISTS (SELECT 1 FROM everyone e WHERE e.seq > u.previous AND e.seq < u.seq AND e.counts_until <> 0)
           OR EXISTS (SELECT 1 FROM deliveries d WHERE d.user_id = u.user_id AND d.seq > u.previous AND d.seq < u.seq
                      AND d.counts_until <> 0));
INSERT INTO read_ranges(user_id, first, last)
    SELECT user_id, last_unread + 1, examined_to
    FROM (SELECT p.user_id, p.examined_to, (SELECT max(u.seq) FROM unread u WHERE u.user_id = p.user_id
                     AND u.seq > (SELECT value FROM settings WHERE name = 'floor')) AS last_unread
          FROM read_positions p)
    WHERE examined_to > last_unread;
DROP TABLE unread;
DROP TABLE read_positions;
