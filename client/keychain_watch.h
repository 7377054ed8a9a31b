// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>

class QObject;

namespace belfry::client {

/// Calls `appeared` whenever a keychain service turns up, while `context` lives; in its thread. Does nothing where the
/// system has one always. One file per platform.
void watchForKeychain(QObject* context, std::function<void()> appeared);

} // namespace belfry::client
