// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/result.h"

#include <QString>

#include <functional>

class QDialog;
class QLabel;
class QLayout;
class QLineEdit;
class QMessageBox;
class QObject;
class QScrollArea;
class QWidget;

/// What the windows' forms are made of. Thread: GUI.
namespace belfry::desktop::form {

/// A label for whole sentences: plain text that wraps, named for tests; shown.
QLabel* sentence(QWidget* parent, const char* name);

/// A field and the label that is its buddy.
struct Line
{
    QLabel* label;
    QLineEdit* field;
};
Line line(QWidget* parent, const char* name);
Line password(QWidget* parent, const char* name);
/// Wide enough for a pin, in letters that can be compared one by one; to be read and copied only.
Line pin(QWidget* parent, const char* name);
/// Whether a server takes a password of this length: 8 to 1,000 characters.
bool mayBePassword(const QString& password);
/// A pin as `belfry pin` prints it: without what only machines need before it.
QString bare(const QString& pin);

/// What is asked before something is done that cannot be taken back, or that others notice.
struct Question
{
    const char* name; ///< of the box, for tests
    QString title, text, detail;
    QString yes; ///< the button that does it, with its mnemonic; the other is Cancel, which Enter presses
};
/// The box that asks it, to be opened or shown; deletes itself. `whenSure` is called after a yes, while `context`
/// lives.
QMessageBox* questionBox(QWidget* parent, const Question& question, QObject* context, std::function<void()> whenSure);
/// Asks in front of the widget's window; `whenSure` is called after a yes. One that is there already stays.
void ask(QWidget* widget, const Question& question, std::function<void()> whenSure);

/// What a dialog asks for, in a frame that scrolls where the screen is too small for all of it; what is put below it in
/// the dialog's layout, the buttons, stays in view.
QScrollArea* scrolling(QDialog& dialog, QLayout* content);
/// Makes room for sentences that have appeared, so that nothing is squeezed, as far as the screen reaches.
void grow(QDialog& dialog);

/// What an error says, for a label that shows plain text.
QString sentenceOf(const Error& error);

} // namespace belfry::desktop::form
