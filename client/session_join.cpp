// SPDX-License-Identifier: GPL-3.0-or-later
// Joining by an invite: an account and its connection in one.
#include "client/answer_words.h"
#include "client/session_core.h"
#include "client/sync_words.h"

namespace belfry::client {
namespace {

/// What happened and what to do, for who was invited.
Error forTheInvited(const Error& error, const QUrl& address)
{
    const QString where = words::place(address);
    QString sentence;
    if (error.code == "certificate") {
        sentence = Core::tr("What answers at %1 is not the server that this invite is for: it shows another key. "
                            "Nothing was sent to it. Ask the person who invited you for a new link.")
                       .arg(where);
    } else if (error.code == "unreachable" || error.code == "timeout") {
        sentence = Core::tr("%1 Is this computer in the same network, and does the server run?")
                       .arg(words::lost(error, address));
    } else if (error.code == "invite_used") {
        sentence = Core::tr("This invite has been used: it lets one person in. If that was not you, tell the person "
                            "who invited you, and ask for a new one.");
    } else if (error.code == "invite_expired") {
        sentence = Core::tr("This invite has run out: it holds for 24 hours. Ask for a new one.");
    } else if (error.code == "invalid_code") {
        sentence = Core::tr("This invite does not hold any more: it was taken back, or never was. Ask for a new one.");
    } else {
        return words::told(error, address);
    }
    Error told = error;
    told.message = sentence.toStdString();
    return told;
}

} // namespace

void Core::join(const InviteLink& link, const NewAccount& wish, const std::function<bool()>& isWaitedFor,
                Answer<Connection> answer)
{
    probe(link.address.toString(), false, link.pin, [this, link, wish, isWaitedFor, answer](Result<Connection> found) {
        if (!found) {
            answer(tl::unexpected<Error>(forTheInvited(found.error(), link.address)));
            return;
        }
        if (found->kind == ServerKind::Classic) {
            answer(failure(404, "not_belfry",
                           tr("There is no Belfry server at %1. Ask the person who invited you for a new link.")
                               .arg(words::place(link.address))
                               .toStdString()));
            return;
        }
        if (!found->takesInvites) {
            answer(failure(404, "too_old",
                           tr("The server at %1 knows no invites: its Belfry is too old. Ask the person who runs it "
                              "for a name and "
                              "a password, and sign in with them.")
                               .arg(words::place(link.address))
                               .toStdString()));
            return;
        }
        Api* api = passingApi(*found);
        const QString device = found->takesDeviceName ? m_deviceName : QString();
        const auto done = [this, api, wish, isWaitedFor, answer, place = *found](const Result<SignIn>& in) {
            api->deleteLater();
            if (!in) {
                answer(tl::unexpected<Error>(forTheInvited(in.error(), place.address)));
                return;
            }
            Connection connection = place;
            connection.userId = in->userId;
            connection.userName = in->userName.isEmpty() ? wish.name : in->userName;
            connection.role = in->role;
            // Who has cancelled has an account all the same, but nothing is switched under their hands.
            enter(connection, {in->key.token, wish.sessionOnly, true, wish.becomesActive && isWaitedFor()}, answer);
        };
        api->join(link.code, wish.name, wish.password, device, [api, wish, device, done](Result<SignIn> in) {
            if (in || in.error().code != "invite_used") {
                done(in);
                return;
            }
            // Perhaps by ourselves: the answer was lost on its way, or the request went out twice.
            api->signIn(wish.name, wish.password, device, [done, used = in.error()](const Result<SignIn>& again) {
                done(again ? again : Result<SignIn>(tl::unexpected<Error>(used)));
            });
        });
    });
}

} // namespace belfry::client
