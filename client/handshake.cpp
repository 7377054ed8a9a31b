// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/handshake.h"

#include "client/pin.h"
#include "client/words.h"

#include <QNetworkReply>
#include <QNetworkRequest>
#include <QSslCertificate>
#include <QSslConfiguration>
#include <QSslError>

namespace belfry::client {

void Handshake::prepare(QNetworkRequest& request, const QString& pin)
{
    QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
    tls.setProtocol(QSsl::TlsV1_2OrLater);
    tls.setPeerVerifyMode(QSslSocket::VerifyPeer);
    for (const QSsl::SslOption option : {QSsl::SslOptionDisableSessionTickets, QSsl::SslOptionDisableSessionSharing,
                                         QSsl::SslOptionDisableSessionPersistence})
        tls.setSslOption(option, true);
    if (!pin.isEmpty())
        tls.setCaCertificates({});
    request.setSslConfiguration(tls);
}

Handshake* Handshake::watch(QNetworkReply* reply, const QString& pin)
{
    return new Handshake(reply, pin);
}

Handshake::Handshake(QNetworkReply* reply, QString pin) : QObject(reply), m_reply(reply), m_pin(std::move(pin))
{
    connect(reply, &QNetworkReply::sslErrors, this, [this](const QList<QSslError>& errors) {
        const QSslCertificate certificate = m_reply->sslConfiguration().peerCertificate();
        if (carriesPin(certificate, m_pin))
            m_reply->ignoreSslErrors(errors);
        else
            refuse(certificate);
    });
    if (m_pin.isEmpty())
        return;
    connect(reply, &QNetworkReply::encrypted, this, [this] {
        const QSslCertificate certificate = m_reply->sslConfiguration().peerCertificate();
        if (carriesPin(certificate, m_pin))
            return;
        refuse(certificate);
        m_reply->abort();
    });
}

void Handshake::refuse(const QSslCertificate& certificate)
{
    m_isRefused = true;
    m_shown = pinOf(certificate);
}

std::optional<Error> Handshake::refusal() const
{
    if (!m_isRefused)
        return std::nullopt;
    const QString host = m_reply->url().host();
    QString sentence;
    if (m_shown.isEmpty())
        sentence = LinkWords::tr("%1 shows no certificate that could be read.").arg(host);
    else if (m_pin.isEmpty())
        sentence = LinkWords::tr("Nobody that this computer trusts vouches for the certificate of %1. Its pin is %2.")
                       .arg(host, m_shown);
    else
        sentence = LinkWords::tr("%1 shows another key than the one it is pinned to (%2). The pin it shows is %3.")
                       .arg(host, m_pin, m_shown);
    Error error = errorOf(0, "certificate", sentence);
    error.field = m_shown.toStdString();
    return error;
}

} // namespace belfry::client
