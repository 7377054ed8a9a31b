// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/result.h"

#include <QObject>
#include <QString>

#include <optional>

class QNetworkReply;
class QNetworkRequest;
class QSslCertificate;

namespace belfry::client {

/// Who a server is, judged in every TLS handshake of one reply before a byte of the request leaves: the one place where
/// the client's TLS is settled.
///
/// Without a pin the system's certificate authorities decide, name and dates included. With a pin it alone decides: the
/// list of authorities is empty then, so that every certificate is questioned. Qt asks twice, both times with its
/// network thread waiting for the slot: `sslErrors` in the handshake, answered for the questioned certificates alone
/// and never for "all" (which would stand for later handshakes of the same connection), and `encrypted` at its end,
/// where "no user data has been transmitted" (Qt's documentation). No session is resumed: that would skip both.
///
/// Thread: the reply's. A child of the reply.
class Handshake : public QObject
{
    Q_OBJECT
public:
    /// The TLS settings of a request that is about to be sent.
    static void prepare(QNetworkRequest& request, const QString& pin);
    /// Made in the turn in which the request was sent.
    /// @param pin  in pinFrom's form; empty: the system's authorities decide
    static Handshake* watch(QNetworkReply* reply, const QString& pin);

    /// Why the server was refused, as a whole sentence: code "certificate", the pin that was shown in `field`.
    /// Nothing while no handshake was refused.
    std::optional<Error> refusal() const;

private:
    Handshake(QNetworkReply* reply, QString pin);
    void refuse(const QSslCertificate& certificate);

    QNetworkReply* m_reply;
    QString m_pin;
    QString m_shown;
    bool m_isRefused = false;
};

} // namespace belfry::client
