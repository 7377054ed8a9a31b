// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/mailbox.h"

#include <future>
#include <memory>

namespace belfry::server {

/// Runs tasks where they are posted: for answers that only wake somebody who waits.
class ImmediateMailbox final : public Mailbox
{
public:
    void post(Task task) override { task(); }
};

/// Asks something that answers by a Reply and waits for it. For threads that may block, and only those.
/// @param ask  called with the Reply
template <class T, class Ask> Result<T> waitFor(Ask ask)
{
    static ImmediateMailbox here;
    auto promise = std::make_shared<std::promise<Result<T>>>();
    auto answer = promise->get_future();
    ask(Reply<T>{&here, [promise](Result<T> result) { promise->set_value(std::move(result)); }});
    return answer.get();
}

} // namespace belfry::server
