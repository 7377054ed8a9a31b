// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/result.h"

#include <QString>
#include <QUrl>

namespace belfry::client {

/// Sentences of the link, translated: what happened and what to do (desktop.md, rule 4).
namespace words {

/// The server as a person knows it: `office.lan:8000`.
QString place(const QUrl& address);
/// Why the link is not there; ends with a full stop.
QString lost(const Error& reason, const QUrl& address);
/// Why it will not come back by itself.
QString refused(const Error& reason, const QUrl& address);
QString signInAgain();
QString anotherServer(const QUrl& address);
QString classicLimitation();
QString localServerOff();
QString answerRefused(const Error& reason, const QString& wanted, const QString& holds);
/// A sentence of the server's or of ours for something that was not done.
QString notDone(const Error& reason);

} // namespace words
} // namespace belfry::client
