// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/hosting/owner_password.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkReply>

namespace belfry::desktop {
namespace {

constexpr int patienceMilliseconds = 30'000;
constexpr qint64 longestAnswer = 64 * 1024;

} // namespace

OwnerPassword::OwnerPassword(QNetworkAccessManager* network, QObject* parent) : QObject(parent), m_network(network) {}

void OwnerPassword::change(const OwnerAccess& access, UserId owner, const QString& password)
{
    QUrl url(access.server);
    url.setPath(QStringLiteral("/api/users/%1/").arg(owner));
    QNetworkRequest request(url);
    request.setHeader(QNetworkRequest::ContentTypeHeader, QStringLiteral("application/json"));
    request.setRawHeader("Authorization", "Bearer " + access.token.toUtf8());
    request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    request.setTransferTimeout(patienceMilliseconds);
    const QByteArray body = QJsonDocument(QJsonObject{{QStringLiteral("password"), password}}).toJson();
    QNetworkReply* const reply = m_network->sendCustomRequest(request, "PATCH", body);
    connect(reply, &QNetworkReply::finished, this, [this, reply] {
        reply->deleteLater();
        const int status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
        if (status == 200 || status == 204) {
            Q_EMIT set();
            return;
        }
        const QString why =
            QJsonDocument::fromJson(reply->read(longestAnswer)).object().value(QLatin1StringView("error")).toString();
        Q_EMIT refused(why.isEmpty() ? tr("The local server does not answer. Please try again.") : why);
    });
}

} // namespace belfry::desktop
