// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/result.h"

#include <QString>
#include <QUrl>

namespace belfry::client {

/// What an invite link holds: `belfry://HOST:PORT/join#pin=…&code=…`. The part behind # is never sent to anybody.
struct InviteLink
{
    QUrl address; ///< https, with a port
    QString pin;  ///< in pinFrom's form; never empty
    QString code;

    bool operator==(const InviteLink&) const = default;
};

/// Reads a link as it is pasted or handed over by the system. 400 with a sentence where it is none.
Result<InviteLink> readInviteLink(const QString& text);

/// @param host  a name or an address, of IPv6 without brackets
QString inviteLink(const QString& host, int port, const QString& pin, const QString& code);

/// Whether a text looks like a link of ours, well-formed or not.
bool isInviteLink(const QString& text);

} // namespace belfry::client
