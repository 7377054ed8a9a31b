// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/api/gate.h"

#include "server/api/queries.h"
#include "server/net/characters.h"

namespace belfry::server {

namespace {

Judgement answered(Response response)
{
    Judgement judgement;
    judgement.answer = std::move(response);
    return judgement;
}

Judgement refused(int status, std::string_view code, std::string_view sentence)
{
    return answered(Response::error({status, std::string(code), std::string(sentence), {}, 0}));
}

Response options(const ApiParts& api, const RequestHead& head, const std::string& allowed)
{
    Response response = Response::empty(204);
    response.fields.emplace_back("Allow", allowed);
    for (auto& field : api.cors.preflightFields(head, allowed))
        response.fields.push_back(std::move(field));
    return response;
}

/// Asked on this machine itself, and not through a proxy on it.
bool isLocal(const RequestHead& head)
{
    return head.isFromLoopback && !hasSignOfProxy(head);
}

/// Token and role. Leaves an answer where they are not enough.
void admit(const ApiParts& api, const RequestHead& head, Judgement& judgement)
{
    const Endpoint& endpoint = *judgement.endpoint;
    const auto refuse = [&](const Error& error) { judgement.answer = Response::error(error); };

    const auto token = bearerToken(head, endpoint.operation == Operation::Stream);
    if (!token)
        return refuse(token.error());
    if (!*token)
        return refuse({401, "token_required", "This needs a token: sign in first.", {}, 0});
    const auto verified = api.tokens.verify(**token);
    if (!verified)
        return refuse(verified.error());

    judgement.credential = verified->credential;
    const auto accounts = api.store.accounts();
    const bool isExternal = verified->credential.kind == TokenKind::External;
    if (isExternal && !accounts->find(verified->credential.user) && !accounts->isDeleted(verified->credential.user)) {
        judgement.role = verified->credential.claimedRole;
        judgement.nameOfStranger = verified->nameClaim;
    } else {
        const auto role = accounts->admit(verified->credential);
        if (!role)
            return refuse(role.error());
        judgement.role = *role;
    }
    judgement.isSignedIn = true;
    if (!mayUse(endpoint.who, judgement.role, judgement.credential.kind))
        refuse(endpoint.who == Who::Session
                   ? Error{403, "not_renewable", "Only a token from a sign-in can be renewed.", {}, 0}
                   : Error{403, "forbidden", "Your role does not allow this.", {}, 0});
}

} // namespace

Judgement judge(const ApiParts& api, const RequestHead& head)
{
    if (!head.isTls && head.count("host") > 0 && !api.hosts.isOurs(head.field("host")))
        return refused(421, "misdirected", "This server does not go by that name. Its names are given with --host.");

    if (head.path == "*" && head.method == "OPTIONS")
        return answered(options(api, head, "GET, HEAD, POST, PATCH, DELETE, OPTIONS"));
    const Place place = placeAt(head.path);
    if (!place.exists())
        return refused(404, "not_found", "There is nothing at this address.");
    if (head.method == "OPTIONS")
        return answered(options(api, head, place.allowed()));

    Judgement judgement;
    judgement.endpoint = place.find(head.method);
    judgement.id = place.id;
    if (!judgement.endpoint) {
        if (!isKnownMethod(head.method))
            return refused(501, "not_implemented", "This server does not know the method.");
        judgement = refused(405, "method_not_allowed", "The method cannot be used at this address.");
        judgement.answer->fields.emplace_back("Allow", place.allowed());
        return judgement;
    }

    const auto state = api.state.load();
    if (state != Api::State::Ready && judgement.endpoint->operation != Operation::Health) {
        const bool isStarting = state == Api::State::Starting;
        return refused(503, isStarting ? "starting" : "stopping",
                       isStarting ? "The server is starting. Try again in a moment."
                                  : "The server is stopping. Try again in a moment.");
    }

    const Who who = judgement.endpoint->who;
    if (who != Who::Anyone && !(who == Who::Local && isLocal(head)))
        admit(api, head, judgement);
    if (judgement.answer)
        return judgement;
    const bool isCoded =
        head.count("content-encoding") > 0 && !equalsIgnoringCase(head.field("content-encoding"), "identity");
    if (head.hasBody() && isCoded) {
        judgement.answer = Response::error({415,
                                            "unsupported_media_type",
                                            "A body is taken as it is, not compressed: leave Content-Encoding away.",
                                            {},
                                            0});
        judgement.answer->fields.emplace_back("Accept-Encoding", "identity");
    } else if (!isJsonOrEmpty(head)) {
        judgement.answer = Response::error(
            {415, "unsupported_media_type", "A body must be JSON: send Content-Type: application/json.", {}, 0});
    } else if (head.contentLength && *head.contentLength > api.settings.limits.bodyBytes) {
        judgement.answer = Response::error(bodyTooLarge(api.settings.limits.bodyBytes));
    }
    return judgement;
}

} // namespace belfry::server
