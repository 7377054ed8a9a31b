// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/history/history_words.h"

#include "app/desktop/screen_text.h"

#include <QCoreApplication>
#include <QLocale>
#include <QStringList>

namespace belfry::desktop::words {

namespace {

/// Longer than any line on screen; keeps a message of 8,000 characters cheap to measure.
constexpr int previewLength = 300;

struct History
{
    Q_DECLARE_TR_FUNCTIONS(History)
};

} // namespace

QString briefTime(const QDateTime& moment, const QDateTime& now)
{
    const QDateTime local = moment.toLocalTime();
    const qint64 seconds = moment.secsTo(now);
    if (seconds < 60 && seconds > -60)
        return History::tr("now");
    if (seconds > 0 && seconds < 3600)
        return History::tr("%Ln min", "so many minutes ago", static_cast<int>(seconds / 60));
    const qint64 days = local.date().daysTo(now.toLocalTime().date());
    if (days == 0 || days == 1)
        return QLocale().toString(local.time(), QLocale::ShortFormat);
    return QLocale().toString(local.date(), QLocale::ShortFormat);
}

QString exactTime(const QDateTime& moment)
{
    const QDateTime local = moment.toLocalTime();
    return History::tr("%1, %2", "a date and a time of day")
        .arg(QLocale().toString(local.date(), QLocale::LongFormat),
             QLocale().toString(local.time(), QLocale::ShortFormat));
}

QString day(const QDate& day, const QDate& today)
{
    if (day == today)
        return History::tr("Today");
    if (day.addDays(1) == today)
        return History::tr("Yesterday");
    return QLocale().toString(day, QLocale::LongFormat);
}

QString typeName(Type type)
{
    switch (type) {
    case Type::Info:
        return History::tr("Information");
    case Type::Success:
        return History::tr("Success");
    case Type::Warning:
        return History::tr("Warning");
    case Type::Error:
        return History::tr("Error");
    }
    return {};
}

QString title(const client::Row& row)
{
    const QString title = screen::line(row.title);
    return title.isEmpty() ? History::tr("(no title)") : title;
}

QString preview(const client::Row& row)
{
    return screen::line(row.message, previewLength);
}

QString stateNote(const client::Row& row)
{
    if (row.change == client::ChangeState::Waiting)
        return History::tr("will be sent");
    if (row.change == client::ChangeState::Refused)
        return row.changeNote.isEmpty() ? History::tr("not taken by the server") : screen::line(row.changeNote, 160);
    if (row.ackedAt.isValid())
        return row.answer.isEmpty() ? History::tr("acknowledged")
                                    : History::tr("answered “%1”").arg(screen::isolated(row.answer));
    if (row.isExpired)
        return History::tr("expired");
    if (row.isLocalOnly)
        return History::tr("kept here only");
    return {};
}

QString accessibleText(const client::Row& row, const QDateTime& now)
{
    QStringList parts;
    if (row.isUnread())
        parts << History::tr("Unread");
    parts << typeName(row.type);
    if (row.priority == Priority::Critical)
        parts << History::tr("Critical");
    parts << title(row);
    if (const QString text = preview(row); !text.isEmpty())
        parts << text;
    if (!row.senderName.isEmpty())
        parts << History::tr("from %1").arg(screen::isolated(row.senderName));
    parts << briefTime(row.createdAt, now);
    if (row.canAnswer())
        parts << (row.answers.isEmpty() ? History::tr("asks to be acknowledged") : History::tr("asks for an answer"));
    if (const QString note = stateNote(row); !note.isEmpty())
        parts << note;
    return parts.join(QStringLiteral(", "));
}

QString copyText(const client::Row& row)
{
    QString text = title(row) + QLatin1Char('\n');
    text +=
        row.senderName.isEmpty()
            ? exactTime(row.createdAt)
            : History::tr("%1, %2", "a sender and a time").arg(screen::line(row.senderName), exactTime(row.createdAt));
    text += QLatin1Char('\n');
    if (!row.message.isEmpty())
        text += QLatin1Char('\n') + screen::plain(row.message) + QLatin1Char('\n');
    if (!row.url.isEmpty())
        text += QLatin1Char('\n') + screen::line(row.url) + QLatin1Char('\n');
    return text;
}

} // namespace belfry::desktop::words
