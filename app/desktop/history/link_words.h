// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/client.h"

#include <QList>
#include <QString>

#include <optional>

namespace belfry::desktop {

/// What a person can do about the link, each a button.
enum class LinkAction { TryNow, SignIn, SignInForSession, TurnOnServer, AskKeyring, SayWhyNotKept };

/// How the link is said in one line (desktop.md, "Every sentence says what happened and what to do").
struct LinkLine
{
    QString sentence;
    QList<LinkAction> actions;
    bool isConnected = false;
    /// What the thin bar over the list says; empty where nothing has to be said there.
    QString bar;
    std::optional<LinkAction> barAction; ///< the bar's button
};

/// Pure. @param now  for "Trying again in 12 s."
LinkLine linkLine(const client::LinkStatus& status, int unread, const QDateTime& now);
/// "You are signed in, but only until you quit …": of a LinkStatus that has a reason for that.
QString notKeptSentence();
/// A button's text, with its mnemonic.
QString actionText(LinkAction action);

} // namespace belfry::desktop
