// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/hosting/own_link.h"

namespace belfry::desktop {

client::LinkStatus ownLink(client::LinkStatus status, Hosting::State hosting, const QString& ownerSentence)
{
    if (status.state != client::LinkState::LocalServerOff)
        return status;
    if (hosting == Hosting::State::On && !ownerSentence.isEmpty()) {
        status.state = client::LinkState::Refused;
        status.reason = ownerSentence;
    } else if (hosting == Hosting::State::On || hosting == Hosting::State::Starting) {
        status.state = client::LinkState::Connecting;
        status.reason.clear();
    }
    return status;
}

} // namespace belfry::desktop
