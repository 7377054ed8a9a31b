// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/answer_words.h"

#include "client/sync_words.h"
#include "client/words.h"

#include <algorithm>

namespace belfry::client::words {

QString ofCode(const Error& error)
{
    const std::string& code = error.code;
    if (code == "wrong_credentials")
        return LinkWords::tr("The name or the password is wrong.");
    if (code == "wrong_password")
        return LinkWords::tr("The old password is wrong.");
    if (code == "too_many_failures" || error.status == 429)
        return LinkWords::tr("There were too many failed attempts from here. Try again in %Ln second(s).", nullptr,
                             std::max(error.retryAfterSeconds, 1));
    if (code == "unauthorized" || code == "invalid_token" || code == "expired_token")
        return signInAgain();
    if (code == "forbidden")
        return LinkWords::tr("Your account may not do that on this server.");
    if (code == "name_taken")
        return LinkWords::tr("Somebody there goes by this name already. Choose another one.");
    if (code == "too_many_invites")
        return LinkWords::tr("There are too many open invites. Take some back first.");
    if (code == "store_full")
        return LinkWords::tr("The server has no room left to store anything. Tell the person who runs it.");
    if (code == "busy" || code == "stopping" || code == "too_many_connections")
        return LinkWords::tr("The server is not ready at the moment. Please try again.");
    if (error.status >= 500)
        return LinkWords::tr("The server has a problem at the moment. Please try again later.");
    return {};
}

Error told(const Error& error, const QUrl& address)
{
    Error said = error;
    if (error.status == 0) {
        if (error.code == "certificate")
            said.message = refused(error, address).toStdString();
        else if (error.code == "unreachable" || error.code == "timeout")
            said.message = lost(error, address).toStdString();
        return said;
    }
    if (const QString sentence = ofCode(error); !sentence.isEmpty())
        said.message = sentence.toStdString();
    return said;
}

} // namespace belfry::client::words
