-- SPDX-License-Identifier: GPL-3.0-or-later
-- By which a byte that changed on the disk is found (entry_sum.h); NULL for what was stored before.
ALTER TABLE entries ADD COLUMN sum INTEGER;
