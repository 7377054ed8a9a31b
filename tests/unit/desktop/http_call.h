// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QEventLoop>
#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QTimer>

/// One call to a server of the test's own, waited for.
struct HttpCall
{
    int status = 0; ///< 0: no answer in 20 s
    QJsonObject answer;

    static HttpCall make(const QByteArray& method, const QString& url, const QString& token,
                         const QJsonObject& body = {})
    {
        QNetworkAccessManager network;
        QNetworkRequest request{QUrl(url)};
        request.setHeader(QNetworkRequest::ContentTypeHeader, QStringLiteral("application/json"));
        if (!token.isEmpty())
            request.setRawHeader("Authorization", "Bearer " + token.toUtf8());
        request.setTransferTimeout(20'000);
        QNetworkReply* const reply = network.sendCustomRequest(
            request, method, body.isEmpty() ? QByteArray() : QJsonDocument(body).toJson(QJsonDocument::Compact));
        QEventLoop loop;
        QObject::connect(reply, &QNetworkReply::finished, &loop, &QEventLoop::quit);
        loop.exec();
        HttpCall call;
        call.status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
        call.answer = QJsonDocument::fromJson(reply->readAll()).object();
        delete reply;
        return call;
    }
};
