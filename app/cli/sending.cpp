// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/sending.h"

#include "app/cli/access.h"
#include "app/cli/compose.h"
#include "app/cli/durations.h"
#include "app/cli/terminal.h"

#include <QRandomGenerator>
#include <QUuid>

#include <algorithm>

namespace belfry::cli {

namespace {

using namespace std::chrono_literals;

/// Whether the next attempt may fare better.
bool isPassing(const Error& error)
{
    switch (error.status) {
    case 0:
        return error.code == "unreachable" || error.code == "timeout";
    case 408:
    case 429:
    case 500:
    case 502:
    case 503:
    case 504:
    case 507:
        return true;
    default:
        return false;
    }
}

} // namespace

Option retryOption()
{
    return {.name = "retry",
            .value = "FOR",
            .help = "Try again for so long (15m) while the server is away or busy",
            .valueWithout = "15m"};
}

Sending::Sending(const Options& options, Plan plan, std::function<void(ExitCode, const QByteArray&)> ended)
    : m_options(options), m_plan(std::move(plan)), m_ended(std::move(ended)),
      m_backoff([] { return QRandomGenerator::global()->generateDouble(); }, 1s, 1h)
{
    if (m_plan.idempotencyKey.isEmpty())
        m_plan.idempotencyKey = QUuid::createUuid().toString(QUuid::WithoutBraces);
    m_retry.setSingleShot(true);
    m_retry.setTimerType(Qt::PreciseTimer); // a coarse one may come early: the server asked for that long
    connect(&m_retry, &QTimer::timeout, this, &Sending::attempt);
}

void Sending::start()
{
    m_since.start();
    findAccess(m_options, this, [this](const Result<Access>& access) {
        if (!access)
            return end(failedCall(access.error()));
        m_api = std::make_unique<client::Api>(&m_network, access->server);
        m_api->setPin(access->pin);
        m_api->setToken(access->token);
        attempt();
    });
}

void Sending::attempt()
{
    m_api->send(m_plan.body, m_plan.idempotencyKey, [this](const Result<client::SentAnswer>& sent) {
        if (!sent)
            return onFailed(inOurWords(sent.error(), m_options.values("to")));
        end(ExitCode::Done, sent->raw.trimmed());
    });
}

void Sending::onFailed(const Error& error)
{
    if (!m_plan.retryFor || !isPassing(error))
        return end(failedCall(error));
    const auto left = *m_plan.retryFor - std::chrono::milliseconds(m_since.elapsed());
    const std::chrono::seconds asked(error.retryAfterSeconds);
    if (left <= 0ms || asked > left) {
        complain(QStringLiteral("given up after %1: %2")
                     .arg(shownDuration(std::chrono::milliseconds(m_since.elapsed())), sentenceOf(error)));
        return end(exitCodeOf(error));
    }
    const auto wait =
        std::min(m_backoff.lost(asked > 0s ? std::optional<std::chrono::milliseconds>(asked) : std::nullopt), left);
    complain(QStringLiteral("%1 Trying again in %2.").arg(sentenceOf(error), shownDuration(wait)));
    m_retry.start(wait);
}

void Sending::end(ExitCode code, const QByteArray& answer)
{
    if (const auto ended = std::exchange(m_ended, nullptr))
        ended(code, answer);
}

} // namespace belfry::cli
