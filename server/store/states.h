// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/store/ledger.h"
#include "server/store/read_ranges.h"

#include <vector>

namespace belfry::server {

/// Changes of state in the log (read, unread, confirmed) have a life of their own: an entry whose every change a later
/// one overrides is removed, and nobody who resumes misses anything by that. Of what is left a person has a bounded
/// number; beyond it the oldest goes, and whoever of those it was told to has not come so far starts anew
/// (protocol.md, "Resume": the floor). All changes `head`, which the caller saves. A bounded number of statements.

/// An entry with single messages read or unread.
void enterSingles(Ledger& ledger, UserId user, ReadHead& head, Seq entry, const std::vector<Seq>& ids);
/// An entry with all read up to one.
void enterMark(Ledger& ledger, UserId user, ReadHead& head, Seq entry, Seq upTo);
/// A confirmation, which tells of reading, too.
void enterAck(Ledger& ledger, UserId user, ReadHead& head, Seq entry, Seq message);

/// The entry itself was removed by retention.
void forgetStates(Ledger& ledger, UserId user, Seq entry);

} // namespace belfry::server
