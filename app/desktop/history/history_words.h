// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/row.h"

#include <QDateTime>
#include <QString>

#include <functional>

/// How the history says things: times, days, a row as text. Pure; times are said in QLocale(), the application's.
namespace belfry::desktop::words {

/// Where the history's clock comes from; a test turns it.
using Now = std::function<QDateTime()>;

/// "now", "2 min", "09:12" while the day's heading says the rest (today, yesterday), else the date.
QString briefTime(const QDateTime& moment, const QDateTime& now);
/// The day and the minute: for the detail and tooltips.
QString exactTime(const QDateTime& moment);
/// "Today", "Yesterday", or the date.
QString day(const QDate& day, const QDate& today);

QString typeName(Type type);

/// Plain, never empty: what a row is called ("(no title)" where it has none).
QString title(const client::Row& row);
/// The message's beginning on one line.
QString preview(const client::Row& row);
/// A short state beside the sender: "will be sent", what a refusal said, "acknowledged", the answer given; else empty.
QString stateNote(const client::Row& row);
/// Everything a row shows, for screen readers.
QString accessibleText(const client::Row& row, const QDateTime& now);
/// A message as text for the clipboard.
QString copyText(const client::Row& row);

} // namespace belfry::desktop::words
