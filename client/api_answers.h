// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/api.h"
#include "client/call.h"

namespace belfry::client {

/// From a 200's body to what it means: leniently, whichever server it comes from. Pure.
Result<ServerCard> readServerCard(const CallAnswer& answer);
Result<SignIn> readSignIn(const CallAnswer& answer);
Result<ListAnswer> readList(const CallAnswer& answer);
Result<SentAnswer> readSent(const CallAnswer& answer);
/// As readSent(), but any body will do: that it is a 200 is all that such a backend has to say.
Result<SentAnswer> readClassicSent(const CallAnswer& answer);
/// The member `unread`; 0 where it is missing.
Result<std::int64_t> readUnread(const CallAnswer& answer);
Result<AckAnswer> readAck(const CallAnswer& answer);
Result<SessionsAnswer> readSessions(const CallAnswer& answer);
Result<Invite> readInvite(const CallAnswer& answer);
Result<std::vector<Invite>> readInvites(const CallAnswer& answer);

} // namespace belfry::client
