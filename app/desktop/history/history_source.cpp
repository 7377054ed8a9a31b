// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/history/history_source.h"

#include "app/desktop/hosting/own_link.h"

#include <utility>

namespace belfry::desktop {

ClientHistory::ClientHistory(client::Client& client, Hosting& hosting, QObject* parent)
    : HistorySource(parent), m_client(client), m_hosting(hosting), m_activeId(client.active().id)
{
    connect(&client, &client::Client::activeChanged, this, [this](const client::Connection& active) {
        // The one that was active when the program ended is no other one: its filters come back with it.
        if (std::exchange(m_activeId, active.id).isEmpty())
            Q_EMIT historyReset();
        else
            Q_EMIT activeChanged();
    });
    const auto tellStatus = [this] { Q_EMIT statusChanged(status()); };
    connect(&client, &client::Client::statusChanged, this, tellStatus);
    connect(&hosting, &Hosting::stateChanged, this, tellStatus);
    connect(&hosting, &Hosting::ownerRefused, this, tellStatus);
    connect(&hosting, &Hosting::ownerSignedIn, this, tellStatus);
    connect(&client, &client::Client::unreadChanged, this, &HistorySource::unreadChanged);
    connect(&client, &client::Client::rowsInserted, this, &HistorySource::rowsInserted);
    connect(&client, &client::Client::rowsChanged, this, &HistorySource::rowsChanged);
    connect(&client, &client::Client::rowsRemoved, this, &HistorySource::rowsRemoved);
    connect(&client, &client::Client::historyReset, this, &HistorySource::historyReset);
    connect(&client, &client::Client::started, this, &HistorySource::historyReset);
    connect(&client, &client::Client::faultChanged, this, &HistorySource::faultChanged);
}

client::LinkStatus ClientHistory::status() const
{
    return ownLink(m_client.status(), m_hosting.state(), m_hosting.ownerSentence());
}

void ClientHistory::retryNow()
{
    if (!m_hosting.ownerSentence().isEmpty())
        m_hosting.signInAgain();
    m_client.retryNow();
}

} // namespace belfry::desktop
