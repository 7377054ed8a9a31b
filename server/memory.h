// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/result.h"

namespace belfry::server {

/// While it lives, an allocation of this thread that finds no memory waits for some: for what must be done whole, as
/// taking a commit to the streams. What waits there is small; what may be large is under DoWithoutMemory. Elsewhere
/// std::bad_alloc is thrown as ever, and the work that it breaks off is refused. Nests. Thread: its own.
///
/// It waits without end: /healthz is 503 meanwhile, for no thread that waits gives a sign of life (Pulse).
class WaitForMemory
{
public:
    WaitForMemory() : WaitForMemory(true) {}
    ~WaitForMemory();
    WaitForMemory(const WaitForMemory&) = delete;
    WaitForMemory& operator=(const WaitForMemory&) = delete;

protected:
    explicit WaitForMemory(bool waits);

private:
    bool m_before;
};

/// Inside of that: a request's own work, which throws where there is no memory for it, and is refused.
class DoWithoutMemory : private WaitForMemory
{
public:
    DoWithoutMemory() : WaitForMemory(false) {}
};

/// Makes WaitForMemory work, for the whole process. May be called again. Thread: any.
void prepareForShortMemory();

/// 503 with Retry-After: this machine could not do it now, and nothing was wrong with the request.
tl::unexpected<Error> notEnoughMemory();

} // namespace belfry::server
