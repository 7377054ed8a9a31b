// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/api/access.h"
#include "server/api/api.h"
#include "server/api/proxy_hint.h"
#include "server/api/rate_limit.h"
#include "server/api/searches.h"
#include "server/api/surroundings.h"
#include "server/stream/stream_places.h"

#include <atomic>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

namespace belfry::server {

/// What all endpoints share. Immutable once requests come, but for the atomics; the rest of it guards itself.
struct ApiParts
{
    ApiSettings settings;
    Store& store;
    Hub& hub;
    const Tokens& tokens;
    PasswordPool& pool;
    Throttle& throttle;
    const Clock& clock;
    Cors cors;
    HostNames hosts;
    const TrustedProxies& proxies;
    ProxyHint proxyHint;
    RateLimit requestRate; ///< by address
    RateLimit publishRate; ///< by sender
    RateLimit stateRate;   ///< by person: what they read, unread and confirm
    StreamPlaces streamPlaces;
    Searches searches{};
    RequestCounters counters{};
    std::atomic<Api::State> state{Api::State::Starting};
    std::function<bool()> isAlive{};
    std::function<NetworkFigures()> networkFigures{};
    std::function<ExpiryFigures()> expiryFigures{};
};

/// A request on its way through the API, with what it was allowed under.
///
/// Held by whoever is to answer it; answers once. Thread: the connection's loop, but where a method says otherwise.
class Call
{
public:
    Call(ApiParts& api, Request request, ExchangePtr exchange)
        : api(api), request(std::move(request)), exchange(std::move(exchange))
    {
    }

    ApiParts& api;
    const Request request;
    const ExchangePtr exchange;
    Operation operation = Operation::Health;
    std::int64_t id = 0;   ///< of the path
    Credential credential; ///< where a token came along
    Role role = Role::Receiver;

    void answer(Response response) const;
    void answerJson(int status, std::string body) const { answer(Response::json(status, std::move(body))); }
    void refuse(const Error& error) const { answer(Response::error(error)); }
    /// Runs on the call's loop. Thread: any.
    void goHome(Task task) const { exchange->home().post(std::move(task)); }
};

using CallPtr = std::shared_ptr<const Call>;

/// The Reply that refuses the call on an error and goes on with `then` otherwise.
template <class T, class Then> Reply<T> replyTo(const CallPtr& call, Then then)
{
    return Reply<T>{&call->exchange->home(), [call, then = std::move(then)](Result<T> result) mutable {
                        if (result)
                            then(std::move(*result));
                        else
                            call->refuse(result.error());
                    }};
}

/// Adds what every answer carries, and counts it.
Response dressed(ApiParts& api, const RequestHead& head, Response response);

// --- the endpoints, by what they are about ----------------------------------------------------------------------
void logIn(const CallPtr& call);
void join(const CallPtr& call);
void refresh(const CallPtr& call);
void logOut(const CallPtr& call);
void listSessions(const CallPtr& call);
void endSession(const CallPtr& call);

void trigger(const CallPtr& call);
void sendTest(const CallPtr& call);
void list(const CallPtr& call);
void markRead(const CallPtr& call);
void markUnread(const CallPtr& call);
void acknowledge(const CallPtr& call);
void retract(const CallPtr& call);
void openStream(const CallPtr& call);

void showMe(const CallPtr& call);
void changeMe(const CallPtr& call);
void listUsers(const CallPtr& call);
void createUser(const CallPtr& call);
void showUser(const CallPtr& call);
void patchUser(const CallPtr& call);
void deleteUser(const CallPtr& call);

void listInvites(const CallPtr& call);
void createInvite(const CallPtr& call);
void deleteInvite(const CallPtr& call);

void showAudit(const CallPtr& call);
void showServer(const CallPtr& call);
void showMetrics(const CallPtr& call);
/// Also where the server is not ready.
Response health(const ApiParts& api);

} // namespace belfry::server
