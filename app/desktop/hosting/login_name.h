// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace belfry::desktop {

/// The name under which the person is signed in to this machine. One file per platform. Thread: any.
QString loginName();

} // namespace belfry::desktop
