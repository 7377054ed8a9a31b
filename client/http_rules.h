// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/result.h"
#include "protocol/time.h"

#include <QByteArray>
#include <QNetworkReply>
#include <QNetworkRequest>
#include <QUrl>

#include <chrono>
#include <optional>

namespace belfry::client {

/// The rules of HTTP that the stream and the calls share (protocol.md, "The client's rules"). Pure.

/// More redirects than that are final.
inline constexpr int mostRedirects = 10;

/// 127.0.0.0/8, ::1, `localhost` and names under it.
bool isLoopback(const QUrl& url);
/// Scheme, host and port (its scheme's own where none is given).
bool isSameOrigin(const QUrl& one, const QUrl& other);
/// An http(s) URL with a host, plain http only to loopback unless allowed.
Result<void> checkUrl(const QUrl& url, bool allowPlainHttp);

bool isRedirect(int status);
/// Where a redirect from `from` leads: http(s), never from https to http, plain http only where allowed.
Result<QUrl> redirectTarget(const QUrl& from, const QByteArray& location, bool allowPlainHttp);

/// A request by the house rules: HTTP/1.1, never from a cache, redirects and cookies left to us, TLS by Handshake.
QNetworkRequest plainRequest(const QUrl& url, const QString& pin);
/// A request that carries a token.
void setBearer(QNetworkRequest& request, const QString& token);

/// HTTP-date in any of its three forms (RFC 9110 §5.6.7).
std::optional<Time> parseHttpDate(QByteArrayView text);
/// Retry-After: seconds or a date; never negative.
std::optional<std::chrono::milliseconds> retryAfter(QByteArrayView header, Time now);

/// Why no (whole) answer came, as a sentence with the host but never the URL, whose query may hold a token.
/// Status 0; codes "unreachable", "timeout".
Error networkError(const QNetworkReply& reply);
Error timeoutError(const QUrl& url, std::chrono::milliseconds waited);

} // namespace belfry::client
