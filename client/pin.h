// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/result.h"

#include <QString>

class QSslCertificate;

namespace belfry::client {

/// A pin names a server by its key: `sha256//` and the SHA-256 of the certificate's SubjectPublicKeyInfo in base64, as
/// curl's --pinnedpubkey takes it (protocol.md, issue "Trust": with a pin, it alone decides). Kept and compared in
/// that one form. Pure.

/// A pin as people type or paste it: with `sha256//` or without, padded or not, in either base64 alphabet.
/// 400 with a sentence for anything that is not 32 bytes.
Result<QString> pinFrom(const QString& typed);

/// Empty for a null certificate.
QString pinOf(const QSslCertificate& certificate);

/// Whether a certificate carries the pinned key, whatever else it says. Compares in constant time; never for an empty
/// pin.
bool carriesPin(const QSslCertificate& certificate, const QString& pin);

} // namespace belfry::client
