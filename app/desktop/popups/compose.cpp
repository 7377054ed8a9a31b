// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/popups/compose.h"

#include "app/desktop/screen_text.h"

#include <QCoreApplication>
#include <QUrl>

namespace belfry::desktop {
namespace {

constexpr int longestTitle = 250;
constexpr int mostLines = 4;
constexpr int longestLine = 80;
constexpr int longestName = 64;

/// Texts of popups, for the translator.
QString say(const char* text, int count = -1)
{
    return QCoreApplication::translate("Popup", text, nullptr, count);
}

Stay stayOf(Priority priority)
{
    switch (priority) {
    case Priority::Critical:
        return Stay::UntilClosed;
    case Priority::High:
        return Stay::FifteenSeconds;
    default:
        return Stay::PlatformDefault;
    }
}

QList<PopupButton> buttonsOf(const client::Row& row)
{
    QList<PopupButton> buttons{{button::open, say(QT_TRANSLATE_NOOP("Popup", "Show"))}};
    if (row.canAnswer()) {
        for (qsizetype at = 0; at < row.answers.size() && at < qsizetype(limits::answers); ++at)
            buttons.append(
                {button::answer + QString::number(at), screen::line(row.answers.at(at), int(limits::answer))});
        if (row.answers.isEmpty())
            buttons.append({button::acknowledge, say(QT_TRANSLATE_NOOP("Popup", "Acknowledge"))});
    }
    if (isOpenableLink(row.url))
        buttons.append({button::link, say(QT_TRANSLATE_NOOP("Popup", "Open link"))});
    buttons.append({button::read, say(QT_TRANSLATE_NOOP("Popup", "Mark read"))});
    return buttons;
}

Popup summary(const QString& title, const QString& text, Priority priority = Priority::Normal)
{
    Popup popup;
    popup.title = title;
    popup.text = text;
    popup.urgency = priority;
    popup.stay = stayOf(priority);
    popup.type = priority == Priority::Critical ? Type::Error : Type::Info;
    popup.buttons = {{button::open, say(QT_TRANSLATE_NOOP("Popup", "Show"))}};
    return popup;
}

} // namespace

Popup composePopup(const client::Row& row, bool isLocked, const QString& serverName)
{
    Popup popup;
    popup.type = row.type;
    popup.urgency = row.priority;
    popup.stay = stayOf(row.priority);
    if (isLocked && row.priority != Priority::Critical) {
        popup.type = Type::Info;
        popup.title = row.senderName.isEmpty() ? say(QT_TRANSLATE_NOOP("Popup", "New message"))
                                               : say(QT_TRANSLATE_NOOP("Popup", "New message from %1"))
                                                     .arg(screen::isolated(row.senderName, longestName));
        popup.buttons = {{button::open, say(QT_TRANSLATE_NOOP("Popup", "Show"))}};
        return popup;
    }
    popup.title = screen::line(row.title, longestTitle);
    popup.text = screen::lines(row.message, mostLines, longestLine);
    QStringList from;
    if (!row.senderName.isEmpty())
        from.append(screen::isolated(row.senderName, longestName));
    if (!serverName.isEmpty())
        from.append(screen::isolated(serverName, longestName));
    if (!from.isEmpty()) {
        if (!popup.text.isEmpty())
            popup.text += u'\n';
        popup.text += from.join(QStringLiteral(" · "));
    }
    popup.buttons = buttonsOf(row);
    return popup;
}

Popup composeBurst(int count)
{
    return summary(say(QT_TRANSLATE_N_NOOP("Popup", "%Ln new message(s)"), count),
                   say(QT_TRANSLATE_NOOP("Popup", "They are in the list.")));
}

Popup composeAway(int count)
{
    return summary(say(QT_TRANSLATE_N_NOOP("Popup", "%Ln message(s) while you were away"), count),
                   say(QT_TRANSLATE_NOOP("Popup", "They are in the list.")));
}

Popup composeQuietEnd(int count)
{
    return summary(say(QT_TRANSLATE_N_NOOP("Popup", "%Ln important message(s) while it was quiet"), count),
                   say(QT_TRANSLATE_NOOP("Popup", "They are in the list.")), Priority::High);
}

Popup composeCriticalSummary(int count, const QString& sender, const QString& newestTitle)
{
    return summary(say(QT_TRANSLATE_N_NOOP("Popup", "%Ln more critical message(s) from %1"), count)
                       .arg(screen::isolated(sender, longestName)),
                   screen::line(newestTitle, longestTitle), Priority::Critical);
}

bool isOpenableLink(const QString& url)
{
    const QUrl link(url, QUrl::StrictMode);
    return link.isValid() && !link.host().isEmpty() &&
           (link.scheme() == QLatin1StringView("http") || link.scheme() == QLatin1StringView("https"));
}

} // namespace belfry::desktop
