// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/options.h"
#include "client/api.h"
#include "client/backoff.h"

#include <QElapsedTimer>
#include <QNetworkAccessManager>
#include <QTimer>

#include <functional>
#include <memory>
#include <optional>

namespace belfry::cli {

/// `--retry`: how long a notification that cannot be sent is tried again.
Option retryOption();

/// One notification on its way: sent, and where asked for sent again until it is there, always under the same
/// Idempotency-Key, so that it arrives once. What goes wrong is said on stderr. Thread: its creator's; needs an event
/// loop.
class Sending : public QObject
{
public:
    struct Plan
    {
        QByteArray body;        ///< the trigger's JSON
        QString idempotencyKey; ///< empty: one of its own
        std::optional<std::chrono::milliseconds> retryFor;
    };
    /// @param ended  hears once how it ended, and the server's answer where there is one
    Sending(const Options& options, Plan plan, std::function<void(ExitCode, const QByteArray&)> ended);

    /// Begins. Answers later, never from within.
    void start();

private:
    void attempt();
    void onFailed(const Error& error);
    void end(ExitCode code, const QByteArray& answer = {});

    const Options& m_options;
    Plan m_plan;
    std::function<void(ExitCode, const QByteArray&)> m_ended;
    QNetworkAccessManager m_network;
    std::unique_ptr<client::Api> m_api;
    client::Backoff m_backoff;
    QElapsedTimer m_since;
    QTimer m_retry;
};

} // namespace belfry::cli
