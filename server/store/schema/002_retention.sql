-- SPDX-License-Identifier: GPL-3.0-or-later
-- How long and how much is kept is the store's own: `serve --retention-days` and `--retention-count` write it here,
-- and whoever opens the store goes by it.
INSERT OR IGNORE INTO settings VALUES ('retention_days', 90), ('retention_count', 1000000);
