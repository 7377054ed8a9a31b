// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/store/store.h"
#include "server/stream/stream_source.h"

#include <utility>

namespace belfry::server {

/// The store, as streams see it.
class StoreSource final : public StreamSource
{
public:
    explicit StoreSource(Store& store) : m_store(store) {}

    void replay(ReplayRequest request, Reply<ReplayPage> reply) override { m_store.replay(request, std::move(reply)); }
    Seq floor() const override { return m_store.floor(); }
    bool isInGap(Seq cursor) const override { return m_store.isInGap(cursor); }
    bool admits(const Credential& credential) const override
    {
        return m_store.accounts()->admit(credential).has_value();
    }
    Seq createdAfter(UserId user) const override
    {
        const AccountsPtr accounts = m_store.accounts();
        const Account* const account = accounts->find(user);
        return account ? account->createdAfter : 0;
    }
    void inUse(const Credential& credential) override { m_store.noteUse(credential); }

private:
    Store& m_store;
};

} // namespace belfry::server
