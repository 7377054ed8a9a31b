// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/memory.h"
#include "server/net/http_connection.h"
#include "server/net/loop.h"

#include <atomic>
#include <exception>
#include <memory>
#include <utility>

namespace belfry::server {

/// A request on its way: finds its connection by id, so that an answer that comes too late falls into the void.
/// Whose work was given up before it was answered (an exception: there was no memory) is answered 503 when the last who
/// held it lets go. Thread: its loop's; an answer from elsewhere is posted there.
class PendingExchange final : public Exchange
{
public:
    /// @param hasLeft  set by the connection when it goes
    PendingExchange(Loop& loop, ConnectionId connection, std::uint32_t request,
                    std::shared_ptr<const std::atomic<bool>> hasLeft)
        : m_loop(loop), m_life(loop.life()), m_connection(connection), m_request(request), m_hasLeft(std::move(hasLeft))
    {
    }

    ~PendingExchange() override
    {
        if (m_isAnswered.load(std::memory_order_relaxed) || m_life.expired())
            return;
        const WaitForMemory forALine;
        try {
            answer(Response::error(notEnoughMemory().value()));
        } catch (const std::exception&) {
            // On the loop, whose own catch closes the connection.
        }
    }
    PendingExchange(const PendingExchange&) = delete;
    PendingExchange& operator=(const PendingExchange&) = delete;

    void answer(Response response) override
    {
        onLoop([response = std::move(response), request = m_request](HttpConnection& connection) mutable {
            connection.answer(request, std::move(response));
        });
        m_isAnswered.store(true, std::memory_order_relaxed);
    }
    void startStream(StreamOpening opening) override
    {
        // Shared, for a task can be copied.
        const auto shared = std::make_shared<StreamOpening>(std::move(opening));
        onLoop([shared, request = m_request](HttpConnection& connection) {
            connection.startStream(request, std::move(*shared));
        });
        m_isAnswered.store(true, std::memory_order_relaxed);
    }
    Mailbox& home() override { return m_loop; }
    bool hasLeft() const override { return m_hasLeft->load(std::memory_order_relaxed); }

private:
    template <class Work> void onLoop(Work&& work)
    {
        if (!m_loop.isLoopThread()) {
            m_loop.post([&loop = m_loop, id = m_connection, work = std::forward<Work>(work)]() mutable {
                if (HttpConnection* connection = loop.find(id))
                    work(*connection);
            });
            return;
        }
        if (HttpConnection* connection = m_loop.find(m_connection))
            work(*connection);
    }

    Loop& m_loop;
    const std::weak_ptr<const void> m_life; // of the loop
    ConnectionId m_connection;
    std::uint32_t m_request;
    std::shared_ptr<const std::atomic<bool>> m_hasLeft;
    std::atomic<bool> m_isAnswered{false};
};

} // namespace belfry::server
