// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/settings/form.h"

#include "app/desktop/screen_text.h"

#include <QDialog>
#include <QEvent>
#include <QFontDatabase>
#include <QFontMetrics>
#include <QLabel>
#include <QLayout>
#include <QLineEdit>
#include <QMessageBox>
#include <QPushButton>
#include <QScreen>
#include <QScrollArea>
#include <QScrollBar>

#include <algorithm>

namespace belfry::desktop::form {
namespace {

constexpr int leastAreaHeight = 120;
constexpr QLatin1StringView areaName{"formArea"};

/// As wide as what is in it, and not higher than it has to be.
class FormArea : public QScrollArea
{
public:
    explicit FormArea(QWidget* parent) : QScrollArea(parent)
    {
        setObjectName(areaName);
        setWidgetResizable(true);
        setFrameShape(QFrame::NoFrame);
        setFocusPolicy(Qt::NoFocus); // what is in it takes the focus, and scrolls into view then
    }
    QSize minimumSizeHint() const override { return sizeHint().boundedTo({320, leastAreaHeight}); }
    QSize sizeHint() const override { return {widget() ? widget()->minimumSizeHint().width() : 0, leastAreaHeight}; }

protected:
    bool eventFilter(QObject* watched, QEvent* event) override
    {
        if (watched == widget() && event->type() == QEvent::LayoutRequest)
            updateGeometry();
        return QScrollArea::eventFilter(watched, event);
    }
};

int heightOf(QLayout& layout, int width)
{
    return layout.hasHeightForWidth() ? layout.totalHeightForWidth(width) : layout.totalMinimumSize().height();
}

} // namespace

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

QMessageBox* questionBox(QWidget* parent, const Question& question, QObject* context, std::function<void()> whenSure)
{
    auto* const box =
        new QMessageBox(QMessageBox::Question, question.title, question.text, QMessageBox::Cancel, parent);
    box->setObjectName(QLatin1StringView(question.name));
    box->setTextFormat(Qt::PlainText);
    box->setInformativeText(question.detail);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setDefaultButton(QMessageBox::Cancel);
    const QPushButton* const yes = box->addButton(question.yes, QMessageBox::AcceptRole);
    QObject::connect(yes, &QPushButton::clicked, context, [whenSure = std::move(whenSure)] { whenSure(); });
    return box;
}

void ask(QWidget* widget, const Question& question, std::function<void()> whenSure)
{
    QWidget* const window = widget->window();
    if (!window->findChild<QMessageBox*>(QLatin1StringView(question.name)))
        questionBox(window, question, widget, std::move(whenSure))->open();
}

QScrollArea* scrolling(QDialog& dialog, QLayout* content)
{
    auto* const area = new FormArea(&dialog);
    auto* const inside = new QWidget(area);
    content->setContentsMargins(0, 0, 0, 0);
    inside->setLayout(content);
    area->setWidget(inside);
    return area;
}

void grow(QDialog& dialog)
{
    QLayout* const layout = dialog.layout();
    layout->activate();
    // Before it is shown nobody has chosen a size, and Qt's own guess is none.
    const bool isShown = dialog.isVisible();
    const QSize most = dialog.screen()->availableSize() - QSize(20, 50); // the window's own frame and title
    int width = std::max(isShown ? dialog.width() : dialog.minimumWidth(), layout->totalMinimumSize().width());
    int height = heightOf(*layout, width);
    if (const auto* const area = dialog.findChild<QScrollArea*>(areaName)) {
        const QMargins margins = layout->contentsMargins();
        const int besides = margins.left() + margins.right();
        QLayout* const content = area->widget()->layout();
        content->activate();
        const int needed = content->totalMinimumSize().width() + besides;
        width = std::max(width, needed);
        height = heightOf(*layout, width) + heightOf(*content, width - besides) - leastAreaHeight;
        if (height > most.height())
            width = std::max(width, needed + area->verticalScrollBar()->sizeHint().width());
    }
    dialog.resize(QSize(width, std::max(isShown ? dialog.height() : 0, height)).boundedTo(most));
}

QString sentenceOf(const Error& error)
{
    return screen::line(QString::fromStdString(error.message), 300);
}

} // namespace belfry::desktop::form
