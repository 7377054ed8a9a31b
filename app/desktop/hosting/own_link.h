// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/hosting/hosting.h"
#include "client/client.h"

namespace belfry::desktop {

/// What the client says of its link, as far as hosting knows better: it takes its own server for off until it is signed
/// in there, also while that one starts, or runs and refuses its owner. Pure.
client::LinkStatus ownLink(client::LinkStatus status, Hosting::State hosting, const QString& ownerSentence);

} // namespace belfry::desktop
