// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

/// The one way by which text from outside (titles, messages, names, addresses) reaches a widget (client.md, "Popups").
///
/// A label in automatic format given an `<img>` of a device file kills the program; an open right-to-left override
/// turns our own words around. So: plain for widgets that show plain text, escaped for those that read markup, isolated
/// beside words of ours. Labels that show such text are set to Qt::PlainText besides. Thread: any.
namespace belfry::desktop::screen {

/// For widgets and models that show plain text: control characters but newline and tab are dropped, and directional
/// overrides, embeddings and isolates that the text leaves open are closed at its end.
QString plain(const QString& outside);

/// The same on one line: newlines and tabs become spaces, cut to at most `longest` characters with an ellipsis (0:
/// uncut). A character is a code point here and below.
QString line(const QString& outside, int longest = 0);

/// One line beside words of ours: FSI … PDI around it.
QString isolated(const QString& outside, int longest = 0);

/// For what reads markup (text browsers, notification bodies): plain, `& < > "` escaped, newlines kept.
QString escaped(const QString& outside);

/// For tooltips, message boxes and labels in automatic format: marked as rich on purpose, all of it escaped,
/// newlines as line breaks.
QString tooltip(const QString& outside);

/// For menus, buttons and tabs: one line, `&` doubled so that it is no mnemonic.
QString label(const QString& outside, int longest = 60);

/// At most so many lines of so many characters, for popups; an ellipsis where something was left out.
QString lines(const QString& outside, int mostLines, int longestLine);

} // namespace belfry::desktop::screen
