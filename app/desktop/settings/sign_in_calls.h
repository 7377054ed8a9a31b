// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/client.h"

#include <functional>

namespace belfry::desktop {

/// What the sign-in dialog asks of the client (client/client.h has the meanings); a test answers in its place. `pin`
/// and what else is in a place: confirmed by the person in this dialog.
struct SignInCalls
{
    std::function<QFuture<Result<client::Client::Probe>>(const QString& address, bool allowPlainHttp,
                                                         const QString& pin)>
        probe;
    std::function<QFuture<Result<client::Connection>>(const client::SignInPlace& where, const QString& name,
                                                      const QString& password, bool sessionOnly)>
        signIn;
    std::function<QFuture<Result<client::Connection>>(const client::SignInPlace& where, const QString& key,
                                                      bool sessionOnly)>
        signInWithKey;
};

/// An address typed with `http://` whose host is not this machine: what is sent there can be read on the way.
bool isPlainHttpElsewhere(const QString& typedAddress);

} // namespace belfry::desktop
