// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/result.h"
#include "protocol/time.h"

#include <QByteArray>
#include <QNetworkRequest>
#include <QObject>
#include <QPointer>
#include <QUrl>

#include <chrono>
#include <functional>
#include <optional>

class QNetworkAccessManager;
class QNetworkReply;

namespace belfry::client {

class Handshake;

/// What is to be asked of a server.
struct CallRequest
{
    QByteArray verb; ///< GET, POST, PATCH, DELETE
    QUrl url;
    QString token;                  ///< to this origin only; empty: none
    QString pin;                    ///< of every server that this call reaches; empty: the system's authorities decide
    std::optional<QByteArray> body; ///< JSON
    QString idempotencyKey;
    bool allowPlainHttp = false;               ///< for redirects
    std::chrono::milliseconds silence{30'000}; ///< without a byte for so long it is over
    bool takesAnyAnswer = false;               ///< every status is an answer; redirects end at the origin's edge
};

/// What came: an answer of 200 to 299, or any where that was asked for.
struct CallAnswer
{
    int status = 200;
    QByteArray body;
    std::optional<Time> serverTime; ///< the header Date
    QUrl redirectsTo;               ///< another origin, not followed; empty where it is none
};

/// One call, from asking to its one answer, over redirects where it is a GET. Deletes itself afterwards, or with its
/// parent: then it never answers.
class Call : public QObject
{
    Q_OBJECT
public:
    Call(QNetworkAccessManager* network, CallRequest request, std::function<void(Result<CallAnswer>)> answer,
         QObject* parent);
    ~Call() override;

    /// Answers later, never from within.
    void start();

private:
    void send(const QUrl& url);
    void releaseReply();
    void onFinished();
    void finish(Result<CallAnswer> result);

    QNetworkAccessManager* m_network;
    CallRequest m_request;
    std::function<void(Result<CallAnswer>)> m_answer;
    QPointer<QNetworkReply> m_reply;
    int m_redirects = 0;
    Handshake* m_handshake = nullptr; ///< the present reply's
    bool m_isTooLong = false;
};

} // namespace belfry::client
