// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/auth/invite_code.h"

#include "server/auth/sodium.h"

#include <QByteArray>

namespace belfry::server {

std::string makeInviteCode()
{
    const std::string bits = randomBytes(16);
    return QByteArray::fromStdString(bits)
        .toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals)
        .toStdString();
}

std::string inviteCodeHash(std::string_view code)
{
    return blake2b(code);
}

} // namespace belfry::server
