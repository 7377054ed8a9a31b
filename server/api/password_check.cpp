// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/api/password_check.h"

#include "server/log.h"
#include "server/memory.h"

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

/// Whoever asked through a proxy that was not named shares one address with all others behind it: the log says so.
void lookForProxy(const CallPtr& call, const std::string& address)
{
    const RequestHead& head = call->request.head;
    if (!hasSignOfProxy(head) || address != head.peerAddress)
        return;
    if (call->api.proxyHint.isDue(address))
        log(LogLevel::Warn, "auth",
            "many sign-ins come through one proxy that is not named: people behind it share the limit of its address. "
            "If it is yours, start the server with --trusted-proxy and its address",
            {{"address", address}});
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
    const auto known = call->api.store.accounts();
    const Account* claimed = known->findByName(claim.name);
    SignInAttempt attempt{foldedUserName(claim.name), call->api.proxies.addressOf(call->request.head),
                          std::move(claim.password), claimed ? claimed->id : 0};
    lookForProxy(call, attempt.address);
    if (const auto wait = call->api.throttle.refusal(attempt))
        return refuseForNow(call, *wait);
    const auto submitted = call->api.pool.submit([call, claim = std::move(claim), attempt = std::move(attempt),
                                                  then = std::move(then)] {
        ApiParts& api = call->api;
        // Looked at again: others may have failed while this one waited for its turn.
        if (const auto wait = api.throttle.refusal(attempt))
            return call->goHome([call, wait] { refuseForNow(call, *wait); });
        const auto accounts = api.store.accounts();
        const Account* account = accounts->findByName(claim.name);
        switch (verifyPassword(account ? account->passwordHash : std::string(), attempt.password)) {
        case PasswordVerdict::RightAsTyped:
            // Without memory for it now the old one stays, and is met again.
            if (auto hash = hashPassword(attempt.password))
                api.store.renewHash(account->id, account->passwordHash, std::move(*hash));
            [[fallthrough]];
        case PasswordVerdict::Right:
            api.throttle.succeeded(attempt);
            return then(*account);
        case PasswordVerdict::NotLookedAt:
            // Nobody guessed: neither counted nor recorded.
            log(LogLevel::Error, "auth", "a password was not looked at: there is not enough memory",
                {{"request", std::to_string(call->request.head.requestId)}});
            return call->goHome([call] { call->refuse(notEnoughMemory().value()); });
        case PasswordVerdict::Wrong:
            break;
        }
        const auto wait = api.throttle.failed(attempt);
        api.store.note(failureNote(account, claim, attempt.address));
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
