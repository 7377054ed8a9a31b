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
    AccountsPtr accounts() const override { return m_store.accounts(); }

private:
    Store& m_store;
};

} // namespace belfry::server
