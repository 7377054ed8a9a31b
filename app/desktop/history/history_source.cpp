// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/history/history_source.h"

namespace belfry::desktop {

ClientHistory::ClientHistory(client::Client& client, QObject* parent) : HistorySource(parent), m_client(client)
{
    connect(&client, &client::Client::activeChanged, this, &HistorySource::activeChanged);
    connect(&client, &client::Client::statusChanged, this, &HistorySource::statusChanged);
    connect(&client, &client::Client::unreadChanged, this, &HistorySource::unreadChanged);
    connect(&client, &client::Client::rowsInserted, this, &HistorySource::rowsInserted);
    connect(&client, &client::Client::rowsChanged, this, &HistorySource::rowsChanged);
    connect(&client, &client::Client::rowsRemoved, this, &HistorySource::rowsRemoved);
    connect(&client, &client::Client::historyReset, this, &HistorySource::historyReset);
    connect(&client, &client::Client::started, this, &HistorySource::historyReset);
    connect(&client, &client::Client::faultChanged, this, &HistorySource::faultChanged);
}

} // namespace belfry::desktop
