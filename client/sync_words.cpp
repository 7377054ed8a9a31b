// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/sync_words.h"

#include "client/answer_words.h"
#include "client/words.h"

namespace belfry::client::words {

QString place(const QUrl& address)
{
    const QString host = address.host().contains(u':') ? u'[' + address.host() + u']' : address.host();
    return address.port() > 0 ? host + u':' + QString::number(address.port()) : host;
}

QString lost(const Error& reason, const QUrl& address)
{
    const QString where = place(address);
    if (reason.code == "timeout") {
        return LinkWords::tr("%1 does not answer.").arg(where);
    }
    if (reason.status == 429) {
        return LinkWords::tr("%1 has asked to wait a moment.").arg(where);
    }
    if (reason.status == 503) {
        return LinkWords::tr("%1 is not ready at the moment.").arg(where);
    }
    if (reason.status >= 500) {
        return LinkWords::tr("%1 has a problem at the moment.").arg(where);
    }
    return LinkWords::tr("Can't reach %1.").arg(where);
}

QString refused(const Error& reason, const QUrl& address)
{
    const QString where = place(address);
    if (reason.code == "certificate") {
        return LinkWords::tr("The identity of %1 can't be confirmed. Its pin is %2: compare that with the one in the "
                             "settings of that server, and sign in again only if they are the same.")
            .arg(where, QString::fromStdString(reason.field));
    }
    if (reason.status == 404) {
        return LinkWords::tr("There is no Belfry at %1 any more. Please check the address.").arg(where);
    }
    return LinkWords::tr("%1 answers, but not as a Belfry does. Please check the address.").arg(where);
}

QString signInAgain()
{
    return LinkWords::tr("You are signed out. Please sign in again.");
}

QString anotherServer(const QUrl& address)
{
    return LinkWords::tr(
               "Another server answers at %1 than the one you signed in to. Please sign in again if that is right.")
        .arg(place(address));
}

QString classicLimitation()
{
    return LinkWords::tr(
        "This server keeps no history: what it sends while you are not connected can't be fetched later, and what you "
        "read here stays on this computer.");
}

QString localServerOff()
{
    return LinkWords::tr("The local server is off.");
}

QString answerRefused(const Error& reason, const QString& wanted, const QString& holds)
{
    if (reason.status == 404) {
        return LinkWords::tr("This message was taken back before your answer arrived.");
    }
    if (!holds.isEmpty() && !wanted.isEmpty()) {
        return LinkWords::tr("You answered “%1”, but “%2” was already given.").arg(wanted, holds);
    }
    if (reason.status == 409) {
        return LinkWords::tr("Another answer was already given.");
    }
    return notDone(reason);
}

QString notDone(const Error& reason)
{
    if (const QString sentence = ofCode(reason); !sentence.isEmpty())
        return sentence;
    return reason.message.empty() ? LinkWords::tr("The server has refused it.")
                                  : QString::fromStdString(reason.message);
}

} // namespace belfry::client::words
