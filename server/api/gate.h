// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/api/call.h"

#include <optional>
#include <string>

namespace belfry::server {

/// What the head of a request comes to: an answer that needs no body, or what may be done under which credential.
struct Judgement
{
    std::optional<Response> answer;
    const Endpoint* endpoint = nullptr;
    std::int64_t id = 0;
    Credential credential;
    Role role = Role::Receiver;
    bool isSignedIn = false;                   ///< the token is valid, whatever the answer is
    std::optional<std::string> nameOfStranger; ///< set: an external person whom the store is to be told of first
};

/// Looks at everything that can be judged without the body, in the contract's order: Host, path, method, token, role,
/// media type, declared length (protocol.md, "Common rules"). Thread: any.
Judgement judge(const ApiParts& api, const RequestHead& head);

} // namespace belfry::server
