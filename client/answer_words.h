// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/result.h"

#include <QString>
#include <QUrl>

namespace belfry::client::words {

/// What a server's refusal means, by its code, in the person's language; empty for a code that has no words here, and
/// where the server's own sentence says more ("invalid": what is wrong with a name).
QString ofCode(const Error& error);

/// The error with a sentence in the person's language: by its code, or naming the server where no answer came; else as
/// it was. @param address  of the server that was asked
Error told(const Error& error, const QUrl& address);

} // namespace belfry::client::words
