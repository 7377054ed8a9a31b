// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/api/password_check.h"

#include "server/log.h"

namespace belfry::server {

namespace {

Error tooManyFailures(int seconds)
{
    return {429, "too_many_failures", "Too many failed sign-ins. Wait a moment before the next.", {}, seconds};
}

void refuseForNow(const CallPtr& call, int seconds)
{
    ++call->api.counters.throttled;
    log(LogLevel::Info, "auth", "sign-in throttled", {{"request", std::to_string(call->request.head.requestId)}});
    call->refuse(tooManyFailures(seconds));
}

/// For the record. The name of somebody who is not there may be a password typed into the wrong field: it is left out.
AuditNote failureNote(const Account* account, const PasswordClaim& claim, const std::string& address)
{
    AuditNote note;
    note.action = claim.auditAs;
    note.details["address"] = address;
    note.details["is_known"] = account != nullptr;
    if (account) {
        note.details["user_id"] = account->id;
        note.details["name"] = account->name;
    }
    return note;
}

} // namespace

void checkPassword(const CallPtr& call, PasswordClaim claim, std::function<void(const Account&)> then)
{
    std::string address = call->api.proxies.addressOf(call->request.head);
    if (const auto wait = call->api.throttle.refusal(claim.foldedName, address))
        return refuseForNow(call, *wait);
    const auto submitted = call->api.pool.submit([call, claim = std::move(claim), address = std::move(address),
                                                  then = std::move(then)] {
        ApiParts& api = call->api;
        // Looked at again: others may have failed while this one waited for its turn.
        if (const auto wait = api.throttle.refusal(claim.foldedName, address))
            return call->goHome([call, wait] { refuseForNow(call, *wait); });
        const auto accounts = api.store.accounts();
        const Account* account = accounts->findByName(claim.name);
        if (verifyPassword(account ? account->passwordHash : std::string(), claim.password)) {
            api.throttle.succeeded(claim.foldedName, address);
            return then(*account);
        }
        const auto wait = api.throttle.failed(claim.foldedName, address);
        api.store.note(failureNote(account, claim, address));
        call->goHome([call, wait, refusal = claim.refusal] {
            if (wait || refusal.status != 401)
                ++call->api.counters.authFailures; // a 401 is counted where it is answered
            log(LogLevel::Info, "auth", "wrong password", {{"request", std::to_string(call->request.head.requestId)}});
            call->refuse(wait ? tooManyFailures(*wait) : refusal);
        });
    });
    if (!submitted)
        call->refuse(submitted.error());
}

} // namespace belfry::server
