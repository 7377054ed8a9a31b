-- SPDX-License-Identifier: GPL-3.0-or-later
-- From which addresses people signed in within 90 days: there the limit of a name's failures over all addresses does
-- not hold (protocol.md, "Tokens"), after a restart neither. Of IPv6 the /64; the newest 32 a person.
CREATE TABLE known_places (
    user_id INTEGER NOT NULL,
    address TEXT NOT NULL,
    signed_in_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, address)
) WITHOUT ROWID;
CREATE INDEX known_places_age ON known_places(signed_in_at);

-- What the record knows of it (IPv4: there an address is what counts).
INSERT INTO known_places
SELECT actor_id, address, max(at) FROM (
    SELECT actor_id, at, CASE WHEN json_valid(subject) THEN json_extract(subject, '$.address') END AS address
    FROM audit_log
    WHERE action = 'sign_in' AND actor_id IN (SELECT id FROM users)
        AND at > (SELECT max(at) FROM audit_log) - 90 * 86400000)
WHERE address LIKE '%.%.%.%' AND address NOT LIKE '%:%'
GROUP BY actor_id, address;
