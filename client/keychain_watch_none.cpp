// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/keychain_watch.h"

namespace belfry::client {

// The credential store of Windows and the keychain of macOS belong to the system: they do not come and go.
void watchForKeychain(QObject*, std::function<void()>) {}

} // namespace belfry::client
