// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/tray/tray_face.h"

#include "app/desktop/popups/quiet.h"
#include "app/desktop/screen_text.h"

#include <QCoreApplication>
#include <QLocale>
#include <QStringList>

namespace belfry::desktop {
namespace {

constexpr int longestName = 64;

QString say(const char* text, int count = -1)
{
    return QCoreApplication::translate("Tray", text, nullptr, count);
}

QString waitingText(const client::LinkStatus& status, const QDateTime& now)
{
    const qint64 milliseconds = status.nextAttempt.isValid() ? now.msecsTo(status.nextAttempt) : 0;
    if (milliseconds <= 0)
        return say(QT_TRANSLATE_NOOP("Tray", "reconnecting"));
    return say(QT_TRANSLATE_NOOP("Tray", "reconnecting in %1 s")).arg((milliseconds + 999) / 1000);
}

/// What is to be said of a link that is not there; empty while it is.
QString troubleText(const client::LinkStatus& status, const QDateTime& now)
{
    switch (status.state) {
    case client::LinkState::NoConnection:
        return say(QT_TRANSLATE_NOOP("Tray", "please sign in"));
    case client::LinkState::LocalServerOff:
        return say(QT_TRANSLATE_NOOP("Tray", "the local server is off"));
    case client::LinkState::WaitingForKeyring:
        return status.reason.isEmpty() ? say(QT_TRANSLATE_NOOP("Tray", "waiting for your keyring"))
                                       : screen::isolated(status.reason, 200);
    case client::LinkState::Connecting:
        return say(QT_TRANSLATE_NOOP("Tray", "connecting"));
    case client::LinkState::Waiting:
        return waitingText(status, now);
    case client::LinkState::SignedOut:
        return say(QT_TRANSLATE_NOOP("Tray", "please sign in again"));
    case client::LinkState::Refused:
        return status.reason.isEmpty() ? say(QT_TRANSLATE_NOOP("Tray", "the server cannot be used"))
                                       : screen::isolated(status.reason, 200);
    case client::LinkState::Live:
    case client::LinkState::Polling:
        break;
    }
    return {};
}

Bell bellFor(const client::LinkStatus& status, int unread, bool isQuiet)
{
    switch (status.state) {
    case client::LinkState::NoConnection:
    case client::LinkState::SignedOut:
    case client::LinkState::Refused:
        return Bell::Exclamation;
    case client::LinkState::WaitingForKeyring:
        // One that only needs time comes right by itself; one that says no, or nothing, needs the person.
        return status.reason.isEmpty() ? Bell::Hollow : Bell::Exclamation;
    case client::LinkState::LocalServerOff:
    case client::LinkState::Connecting:
    case client::LinkState::Waiting:
        return Bell::Hollow;
    case client::LinkState::Live:
    case client::LinkState::Polling:
        break;
    }
    return isQuiet ? Bell::Bar : unread > 0 ? Bell::Dot : Bell::Plain;
}

} // namespace

QString quietEndText(const Quiet& quiet, const QDateTime& now)
{
    if (!quiet.until.isValid())
        return {};
    const QDateTime end = quiet.until.toLocalTime();
    const QLocale locale;
    // The C locale's short times have seconds, which nobody wants to read here.
    const QString time = locale.language() == QLocale::C ? end.time().toString(QStringLiteral("HH:mm"))
                                                         : locale.toString(end.time(), QLocale::ShortFormat);
    if (end.date() == now.toLocalTime().date())
        return say(QT_TRANSLATE_NOOP("Tray", "until %1")).arg(time);
    return say(QT_TRANSLATE_NOOP("Tray", "until %1"))
        .arg(locale.dayName(end.date().dayOfWeek(), QLocale::ShortFormat) + u' ' + time);
}

TrayFace trayFace(const client::LinkStatus& status, int unread, const Quiet& quiet, const QDateTime& now)
{
    const bool isQuiet = holds(quiet, now);
    TrayFace face;
    face.bell = bellFor(status, unread, isQuiet);

    QStringList parts{QStringLiteral("Belfry")};
    const QString trouble = troubleText(status, now);
    if (unread > 0) {
        parts.append(say(QT_TRANSLATE_N_NOOP("Tray", "%Ln unread"), unread));
    } else if (trouble.isEmpty()) {
        const QString name = screen::isolated(status.serverName, longestName);
        parts.append((status.state == client::LinkState::Polling
                          ? say(QT_TRANSLATE_NOOP("Tray", "connected to %1, checking every 15 s"))
                          : say(QT_TRANSLATE_NOOP("Tray", "connected to %1")))
                         .arg(name));
    }
    if (!trouble.isEmpty())
        parts.append(trouble);
    if (isQuiet) {
        const QString end = quietEndText(quiet, now);
        parts.append(end.isEmpty() ? say(QT_TRANSLATE_NOOP("Tray", "quiet"))
                                   : say(QT_TRANSLATE_NOOP("Tray", "quiet %1")).arg(end));
    }
    face.tooltip = parts.join(QStringLiteral(" – "));
    // Some hosts take a tooltip for markup when it looks like it; a name with a bracket in it must not.
    face.tooltip.replace(u'<', QChar(0x2039)).replace(u'>', QChar(0x203A)).replace(u'&', QChar(0xFF06));
    return face;
}

} // namespace belfry::desktop
