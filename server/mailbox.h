// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/result.h"

#include <functional>
#include <utility>

namespace belfry::server {

using Task = std::function<void()>;

/// Where a thread takes its work from. Each loop is one, so is the control socket, so is the desktop's owner session.
/// Thread: post() from any. Tasks of one poster run in the order posted. What is posted after the thread's end is
/// dropped.
class Mailbox
{
public:
    virtual ~Mailbox() = default;
    virtual void post(Task task) = 0;
};

/// Who asked, and what is to happen with the answer: `then` runs on `home`'s thread, exactly once.
template <class T> struct Reply
{
    Mailbox* home = nullptr;
    std::function<void(Result<T>)> then;

    Task with(Result<T> result) const
    {
        return [then = then, result = std::move(result)]() mutable { then(std::move(result)); };
    }
    void post(Result<T> result) const { home->post(with(std::move(result))); }
};

/// The value of a Result that only says that it was done.
struct Done
{
};

} // namespace belfry::server
