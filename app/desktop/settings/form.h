// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/result.h"

#include <QString>

class QDialog;
class QLabel;
class QLineEdit;
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

/// Makes room for sentences that have appeared, so that nothing is squeezed.
void grow(QDialog& dialog);

/// What an error says, for a label that shows plain text.
QString sentenceOf(const Error& error);

} // namespace belfry::desktop::form
