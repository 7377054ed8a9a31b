// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/history/link_words.h"

#include "app/desktop/screen_text.h"

#include <QCoreApplication>

#include <algorithm>

namespace belfry::desktop {

using client::LinkState;

namespace {

struct Link
{
    Q_DECLARE_TR_FUNCTIONS(Link)
};

QString serverOf(const client::LinkStatus& status)
{
    return status.serverName.isEmpty() ? Link::tr("the server") : screen::isolated(status.serverName, 80);
}

QString afterReason(const client::LinkStatus& status, const QString& otherwise)
{
    return status.reason.isEmpty() ? otherwise : screen::line(status.reason, 300);
}

QString tryingAgain(const QDateTime& at, const QDateTime& now)
{
    if (!at.isValid())
        return Link::tr("Trying again.");
    const qint64 seconds = std::max<qint64>(0, (now.msecsTo(at) + 999) / 1000);
    if (seconds == 0)
        return Link::tr("Trying again now.");
    if (seconds < 120)
        return Link::tr("Trying again in %Ln s.", nullptr, static_cast<int>(seconds));
    return Link::tr("Trying again in %Ln min.", nullptr, static_cast<int>((seconds + 59) / 60));
}

} // namespace

LinkLine linkLine(const client::LinkStatus& status, int unread, const QDateTime& now)
{
    LinkLine line;
    const QString server = serverOf(status);
    const QString kept = Link::tr("Not connected: what is listed here was kept on this computer.");
    switch (status.state) {
    case LinkState::NoConnection:
        line.sentence = Link::tr("You are not signed in to a server.");
        line.actions = {LinkAction::SignIn, LinkAction::TurnOnServer};
        return line;
    case LinkState::LocalServerOff:
        line.sentence = Link::tr("The local server is off.");
        line.actions = {LinkAction::TurnOnServer};
        line.bar = kept;
        return line;
    case LinkState::WaitingForKeyring:
        line.sentence = afterReason(status, Link::tr("Waiting for your keyring."));
        line.actions = {LinkAction::AskKeyring, LinkAction::SignInForSession};
        line.bar = kept;
        return line;
    case LinkState::Connecting:
        line.sentence = Link::tr("Connecting to %1 …").arg(server);
        return line;
    case LinkState::Waiting:
        line.sentence = Link::tr("%1 %2", "what happened, and when it is tried again")
                            .arg(afterReason(status, Link::tr("Can't reach %1.").arg(server)),
                                 tryingAgain(status.nextAttempt, now));
        line.actions = {LinkAction::TryNow};
        line.bar = kept;
        return line;
    case LinkState::Live:
    case LinkState::Polling:
        line.isConnected = true;
        line.sentence = status.state == LinkState::Live ? Link::tr("Connected to %1").arg(server)
                                                        : Link::tr("Connected to %1, checking every 15 s").arg(server);
        if (unread > 0)
            line.sentence = Link::tr("%1 · %2", "connection and unread count")
                                .arg(line.sentence, Link::tr("%Ln unread", nullptr, unread));
        if (!status.notKept.isEmpty()) {
            line.bar = notKeptSentence();
            line.barAction = LinkAction::SayWhyNotKept;
        } else if (!status.limitation.isEmpty()) {
            line.bar = screen::line(status.limitation, 300);
        }
        return line;
    case LinkState::SignedOut:
        line.sentence = afterReason(status, Link::tr("Please sign in again."));
        line.actions = {LinkAction::SignIn};
        line.bar = kept;
        return line;
    case LinkState::Refused:
        line.sentence = afterReason(status, Link::tr("%1 can't be used as it is.").arg(server));
        line.actions = {LinkAction::TryNow, LinkAction::SignIn};
        line.bar = kept;
        return line;
    }
    return line;
}

QString notKeptSentence()
{
    return Link::tr("You are signed in, but only until you quit: there is no keyring to keep it in.");
}

QString actionText(LinkAction action)
{
    switch (action) {
    case LinkAction::TryNow:
        return Link::tr("&Try now");
    case LinkAction::SignIn:
        return Link::tr("S&ign in…");
    case LinkAction::SignInForSession:
        return Link::tr("S&ign in for this session…");
    case LinkAction::TurnOnServer:
        return Link::tr("&Turn on");
    case LinkAction::AskKeyring:
        return Link::tr("&Try again");
    case LinkAction::SayWhyNotKept:
        return Link::tr("&Why?");
    }
    return {};
}

} // namespace belfry::desktop
