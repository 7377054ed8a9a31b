// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/restored_log.h"

#include "app/cli/terminal.h"
#include "protocol/json.h"

#include <QRandomGenerator>

#include <limits>

namespace belfry::cli {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t mostRows = 10'000;

/// The number of an event; nothing where its id is none.
std::optional<Seq> numberOf(const std::string& id)
{
    bool isNumber = false;
    const Seq number = QString::fromStdString(id).toLongLong(&isNumber);
    return isNumber ? std::optional(number) : std::nullopt;
}

SseEvent eventOf(const Notification& notification)
{
    return {.event = "message",
            .data = notificationEvent(notificationItem(notification.id, notificationMembers(notification),
                                                       notification.createdAt, notification.replaces)),
            .id = std::to_string(notification.id)};
}

} // namespace

RestoredLog::RestoredLog(QNetworkAccessManager* network, std::function<void(const SseEvent&)> deliver)
    : m_network(network), m_deliver(std::move(deliver)),
      m_backoff([] { return QRandomGenerator::global()->generateDouble(); }, 1s, 1h)
{
    m_retry.setSingleShot(true);
    connect(&m_retry, &QTimer::timeout, this, [this] { readAgain(); });
}

void RestoredLog::begin(const Access& access, const QString& startId)
{
    m_api = std::make_unique<client::Api>(m_network, access.server);
    m_api->setPin(access.pin);
    m_api->setToken(access.token);
    m_startId = numberOf(startId.toStdString());
}

void RestoredLog::opened(const QString& log, std::optional<Time> serverTime)
{
    if (!m_openedAt && serverTime)
        m_openedAt = *serverTime + 1s; // it is told in whole seconds
    const QString before = std::exchange(m_log, log.isEmpty() ? m_log : log);
    if (!before.isEmpty() && before != m_log)
        readAgain();
}

void RestoredLog::received(const SseEvent& event)
{
    const StreamEvent meant = parseStreamEvent(event.data);
    // Where a stream begins without a number, the first ping tells the one that it begins at. From a server whose pings
    // tell none it begins before the first message.
    if (!m_startId && std::holds_alternative<Ping>(meant))
        m_startId = numberOf(event.id);
    if (const auto* const first = std::get_if<Notification>(&meant); first != nullptr && !m_startId && first->id > 0)
        m_startId = first->id - 1;
    if (const auto* const reset = std::get_if<Reset>(&meant)) {
        if (!reset->log.empty())
            m_log = QString::fromStdString(reset->log);
        m_deliver(event);
        return readAgain();
    }
    if (!m_isReading)
        return pass(event);
    m_held.push_back(event);
    if (m_held.size() > mostRows) {
        // The list has them all.
        m_held.clear();
        m_isOutdated = true;
    }
}

void RestoredLog::readAgain()
{
    if (m_isAsking) {
        m_isOutdated = true;
        return;
    }
    if (!std::exchange(m_isReading, true))
        complain(u"the server was brought back from a backup: looking for what came meanwhile.");
    m_retry.stop();
    m_rows = 0;
    m_found.clear();
    readPage(std::nullopt);
}

void RestoredLog::readPage(std::optional<Seq> before)
{
    m_isAsking = true;
    m_api->list({.sinceId = std::nullopt, .beforeId = before}, [this](const Result<client::ListAnswer>& page) {
        m_isAsking = false;
        if (std::exchange(m_isOutdated, false))
            readAgain();
        else if (page)
            onPage(*page);
        else
            onFailed(page.error());
    });
}

void RestoredLog::onPage(const client::ListAnswer& page)
{
    m_backoff.succeeded();
    for (const ListItem& item : page.items) {
        if (++m_rows > mostRows || wasThere(item.notification))
            return finishReading();
        m_found.push_back(item.notification);
    }
    if (page.items.empty())
        return finishReading();
    readPage(page.items.back().notification.id);
}

void RestoredLog::onFailed(const Error& error)
{
    const bool isPassing = error.status == 0 || error.status == 408 || error.status == 429 || error.status >= 500;
    if (!isPassing) {
        complain(QStringLiteral("what came meanwhile cannot be read: %1").arg(sentenceOf(error)));
        m_found.clear();
        return finishReading();
    }
    const std::chrono::seconds asked(error.retryAfterSeconds);
    m_retry.start(m_backoff.lost(asked > 0s ? std::optional<std::chrono::milliseconds>(asked) : std::nullopt));
}

void RestoredLog::finishReading()
{
    complain(m_found.empty() ? QStringLiteral("nothing came meanwhile.")
                             : QStringLiteral("came meanwhile: %1.").arg(m_found.size()));
    for (auto each = m_found.rbegin(); each != m_found.rend(); ++each)
        pass(eventOf(*each));
    m_found.clear();
    m_isReading = false;
    for (const SseEvent& event : std::exchange(m_held, {}))
        pass(event);
}

void RestoredLog::pass(const SseEvent& event)
{
    const StreamEvent meant = parseStreamEvent(event.data);
    if (const auto* const notification = std::get_if<Notification>(&meant)) {
        if (notification->id > 0 && m_delivered.contains(nameOf(*notification)))
            return;
        remember(*notification);
    }
    m_deliver(event);
}

RestoredLog::Name RestoredLog::nameOf(const Notification& notification)
{
    return {notification.id, notification.sender.id, notification.createdAt, notification.title};
}

void RestoredLog::remember(const Notification& notification)
{
    const auto [place, isNew] = m_delivered.insert(nameOf(notification));
    if (!isNew)
        return;
    m_order.push_back(*place);
    if (m_order.size() > mostRows) {
        m_delivered.erase(m_order.front());
        m_order.pop_front();
    }
}

/// Delivered, or there before the first connection. Numbers of a restored log go on above all that were given; where a
/// store was merely put back they are given again, and the time tells.
bool RestoredLog::wasThere(const Notification& notification) const
{
    if (m_delivered.contains(nameOf(notification)))
        return true;
    const bool isBeforeByNumber = notification.id <= m_startId.value_or(std::numeric_limits<Seq>::max());
    const bool isBeforeByTime = !m_openedAt || notification.createdAt < *m_openedAt;
    return isBeforeByNumber && isBeforeByTime;
}

} // namespace belfry::cli
