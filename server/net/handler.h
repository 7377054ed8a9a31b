// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/mailbox.h"
#include "server/net/request.h"
#include "server/net/response.h"
#include "server/store/accounts.h"
#include "server/stream/stream_places.h"

#include <memory>
#include <optional>

namespace belfry::server {

/// What a request turned into: a stream of a person's events.
struct StreamOpening
{
    Credential credential;
    std::optional<Seq> lastEventId;                          ///< nothing: from now on
    std::vector<std::pair<std::string, std::string>> fields; ///< besides those of every stream: CORS
    std::unique_ptr<StreamPlaces::Place> place;              ///< null: no limit
};

/// A request that waits for its answer: names its connection by an id that is never reused.
/// Copied freely; answers after the connection has gone are dropped. Thread: the connection's loop, but where a method
/// says otherwise.
class Exchange
{
public:
    virtual ~Exchange() = default;
    virtual void answer(Response response) = 0;
    virtual void startStream(StreamOpening opening) = 0;
    /// The loop that is to be named as home in a Reply.
    virtual Mailbox& home() = 0;
    /// The client has gone: nobody reads the answer any more, and work on it may be given up. Thread: any.
    virtual bool hasLeft() const = 0;
};
using ExchangePtr = std::shared_ptr<Exchange>;

/// What the head of a request comes to.
struct HeadVerdict
{
    std::optional<Response> refusal; ///< nothing: the body is to be read (and `Expect: 100-continue` answered)
    bool isSignedIn = false;         ///< it showed a valid token, whatever it may do with it
};

/// What net/ asks of api/. Called on loop threads, from several at once; never blocks.
class RequestHandler
{
public:
    virtual ~RequestHandler() = default;
    /// Looks at all that can be judged without the body (path, method, token, role, media type, declared length).
    virtual HeadVerdict judgeHead(const RequestHead& head) = 0;
    /// A whole request; answers now or later, exactly once.
    virtual void handle(Request request, ExchangePtr exchange) = 0;
    /// Fields that errors found by net/ itself (400, 408, 413, …) must carry too: CORS.
    virtual std::vector<std::pair<std::string, std::string>> fieldsForErrors(const RequestHead& head) = 0;
    /// Every answer that was written, the network's own errors too: counted, and a line in the log where its level
    /// wants it (no query, no token).
    virtual void finished(const RequestHead& head, int status, std::size_t bytes) = 0;
};

} // namespace belfry::server
