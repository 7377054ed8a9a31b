// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/json.h"
#include "protocol/version.h"
#include "server/api/call.h"

namespace belfry::server {

void showServer(const CallPtr& call)
{
    const ApiSettings& settings = call->api.settings;
    std::string features;
    for (const auto& feature : settings.features)
        features += (features.empty() ? "" : ",") + jsonString(feature);
    call->answerJson(200, "{\"name\":" + jsonString(settings.serverName) + ",\"id\":" + jsonString(settings.serverId) +
                              ",\"log\":" + jsonString(settings.logId) + ",\"version\":" + jsonString(version) +
                              ",\"protocol\":" + std::to_string(protocolVersion) + ",\"features\":[" + features + "]}");
}

Response health(const ApiParts& api)
{
    const auto unavailable = [](std::string_view code, std::string_view sentence) {
        return Response::error({503, std::string(code), std::string(sentence), {}, 1});
    };
    switch (api.state.load()) {
    case Api::State::Starting:
        return unavailable("starting", "The server is starting.");
    case Api::State::Stopping:
        return unavailable("stopping", "The server is stopping.");
    case Api::State::Ready:
        break;
    }
    if (!api.store.isHealthy())
        return unavailable("store_failing", "The store cannot be written.");
    if (api.isAlive && !api.isAlive())
        return unavailable("hanging", "The store or a part of the server does not answer.");
    return Response::json(200, "{\"status\":\"ok\"}");
}

void showMetrics(const CallPtr& call)
{
    const ApiParts& api = call->api;
    Response response = Response::json(
        200, metricsText(api.counters, api.networkFigures ? api.networkFigures() : NetworkFigures{},
                         api.store.figures(), api.expiryFigures ? api.expiryFigures() : ExpiryFigures{}));
    response.contentType = "text/plain; version=0.0.4; charset=utf-8";
    call->answer(std::move(response));
}

} // namespace belfry::server
