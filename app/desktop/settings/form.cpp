// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/settings/form.h"

#include "app/desktop/screen_text.h"

#include <QDialog>
#include <QFontDatabase>
#include <QFontMetrics>
#include <QLabel>
#include <QLayout>
#include <QLineEdit>

#include <algorithm>

namespace belfry::desktop::form {

QLabel* sentence(QWidget* parent, const char* name)
{
    auto* const made = new QLabel(parent);
    made->setObjectName(QLatin1String(name));
    made->setTextFormat(Qt::PlainText);
    made->setWordWrap(true);
    return made;
}

Line line(QWidget* parent, const char* name)
{
    auto* const field = new QLineEdit(parent);
    field->setObjectName(QLatin1String(name));
    field->setMinimumWidth(260);
    auto* const label = new QLabel(parent);
    label->setBuddy(field);
    return {label, field};
}

Line password(QWidget* parent, const char* name)
{
    const Line made = line(parent, name);
    made.field->setEchoMode(QLineEdit::Password);
    return made;
}

Line pin(QWidget* parent, const char* name)
{
    const Line made = line(parent, name);
    made.field->setReadOnly(true);
    QFont letters = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    if (const qreal size = parent->font().pointSizeF(); size > 0)
        letters.setPointSizeF(size); // as large as the person has the others
    made.field->setFont(letters);
    // 32 bytes in base64, to be compared at one glance
    made.field->setMinimumWidth(QFontMetrics(made.field->font()).horizontalAdvance(QString(46, u'M')));
    return made;
}

bool mayBePassword(const QString& password)
{
    const auto length = password.toUcs4().size();
    return length >= 8 && length <= 1000;
}

QString bare(const QString& pin)
{
    return pin.startsWith(QLatin1StringView("sha256//")) ? pin.sliced(8) : pin;
}

void grow(QDialog& dialog)
{
    QLayout* const layout = dialog.layout();
    layout->activate();
    // Before it is shown nobody has chosen a size, and Qt's own guess is none.
    const bool isShown = dialog.isVisible();
    const int width = std::max(isShown ? dialog.width() : dialog.minimumWidth(), layout->totalMinimumSize().width());
    dialog.resize(width, std::max(isShown ? dialog.height() : 0, layout->totalHeightForWidth(width)));
}

QString sentenceOf(const Error& error)
{
    return screen::line(QString::fromStdString(error.message), 300);
}

} // namespace belfry::desktop::form
