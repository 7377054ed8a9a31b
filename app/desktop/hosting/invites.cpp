// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/hosting/invites.h"

#include "client/sync_words.h"

#include <algorithm>

namespace belfry::desktop {
namespace {

bool areSame(const std::vector<client::Invite>& one, const std::vector<client::Invite>& other)
{
    return std::equal(one.begin(), one.end(), other.begin(), other.end(),
                      [](const client::Invite& a, const client::Invite& b) { return a.id == b.id; });
}

} // namespace

Invites::Invites(QNetworkAccessManager* network, AskOwner askOwner, QObject* parent)
    : QObject(parent), m_network(network), m_askOwner(std::move(askOwner))
{
}

void Invites::asOwner(std::function<void(client::Api&)> call)
{
    m_askOwner([this, call = std::move(call)](const Result<OwnerAccess>& access) {
        if (!access)
            return refuse(access.error());
        auto* const api = new client::Api(m_network, access->server, this);
        api->setToken(access->token);
        call(*api);
    });
}

void Invites::refuse(const Error& error)
{
    const bool isSilent = error.status == 0 && error.code != "owner";
    if (error.status == 401)
        Q_EMIT unauthorized();
    Q_EMIT refused(isSilent || error.status == 401 ? tr("The local server does not answer. Please try again.")
                                                   : client::words::notDone(error));
}

void Invites::refresh()
{
    const quint64 asked = ++m_asked;
    asOwner([this, asked](client::Api& api) {
        api.invites([this, asked, api = &api](Result<std::vector<client::Invite>> invites) {
            api->deleteLater();
            if (asked != m_asked)
                return;
            if (!invites)
                return refuse(invites.error());
            if (areSame(*invites, m_open))
                return;
            m_open = std::move(*invites);
            Q_EMIT openChanged();
        });
    });
}

void Invites::make(Role role)
{
    asOwner([this, role](client::Api& api) {
        api.makeInvite(role, [this, api = &api](const Result<client::Invite>& invite) {
            api->deleteLater();
            if (!invite)
                return refuse(invite.error());
            Q_EMIT made(*invite);
            refresh();
        });
    });
}

void Invites::withdraw(std::int64_t id)
{
    asOwner([this, id](client::Api& api) {
        api.removeInvite(id, [this, api = &api](const Result<void>& removed) {
            api->deleteLater();
            // One that is used or over is as good as taken back: the list says so.
            if (!removed && removed.error().status != 404)
                return refuse(removed.error());
            refresh();
        });
    });
}

} // namespace belfry::desktop
