// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/store/ledger.h"
#include "server/store/store.h"

namespace belfry::server {

/// A notification on its way into the log, with all that can be made of it before its number is known.
struct Submission
{
    Credential by;
    Role minimumRole = Role::Sender;
    Draft draft;
    IdempotencyKey key;
    std::string members; ///< its JSON without id and time
    std::string folded;  ///< what search looks in

    /// Made on the caller's thread, so that the store's has less to do. @param accounts  name the sender
    static Submission make(Credential by, Role minimumRole, Draft draft, IdempotencyKey key, const Accounts& accounts);
    std::size_t bytes() const;
};

/// Sends it, or gives the first answer again (protocol.md, "A notification, as triggered").
Result<Published> publishNotification(Ledger& ledger, Submission& submission);
/// A recipient confirms; marks it read too. Tells the reader's own streams and the sender's.
Result<AckState> acknowledgeNotification(Ledger& ledger, const Credential& by, Seq id,
                                         const std::optional<std::string>& answer);
/// Takes it back; again: the same.
Result<Done> retractNotification(Ledger& ledger, const Credential& by, Seq id);

} // namespace belfry::server
