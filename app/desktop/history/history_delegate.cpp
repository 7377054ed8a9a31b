// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/history/history_delegate.h"

#include "app/desktop/history/history_model.h"
#include "app/desktop/history/hit_ranges.h"
#include "app/desktop/history/tones.h"
#include "app/desktop/screen_text.h"

#include <QApplication>
#include <QMouseEvent>
#include <QPainter>
#include <QTextLayout>

#include <algorithm>

namespace belfry::desktop {

using client::Row;

namespace {

constexpr int margin = 10;
constexpr int gap = 8;

/// Marks grow with the letters.
int dotSize(int lineHeight)
{
    return std::max(7, lineHeight * 2 / 5);
}

int iconSize(int lineHeight)
{
    return std::max(16, lineHeight);
}

QFont smallFont(const QFont& font)
{
    QFont small = font;
    if (small.pointSizeF() > 0)
        small.setPointSizeF(small.pointSizeF() * 0.92);
    return small;
}

QFont boldFont(const QFont& font, bool isBold)
{
    QFont bold = font;
    bold.setBold(isBold);
    return bold;
}

const HistoryModel* historyOf(const QModelIndex& index)
{
    return qobject_cast<const HistoryModel*>(index.model());
}

QPalette::ColorGroup groupOf(const QStyleOptionViewItem& option)
{
    return option.state & QStyle::State_Active ? QPalette::Active : QPalette::Inactive;
}

} // namespace

QSize HistoryDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const QFontMetrics metrics(option.font);
    if (index.data(HistoryModel::RowIdRole).toLongLong() == 0)
        return {120, metrics.height() + 14};
    return {240, metrics.height() + QFontMetrics(smallFont(option.font)).height() + 22};
}

void HistoryDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const HistoryModel* model = historyOf(index);
    const Row* row = model ? model->rowAt(index) : nullptr;
    painter->save();
    painter->setClipRect(option.rect);
    if (row)
        paintRow(*painter, option, *row, model->now());
    else
        paintHeading(*painter, option, index);
    painter->restore();
}

void HistoryDelegate::paintHeading(QPainter& painter, const QStyleOptionViewItem& option,
                                   const QModelIndex& index) const
{
    const QColor ground = option.palette.color(QPalette::Base);
    painter.setFont(boldFont(smallFont(option.font), true));
    painter.setPen(tones::muted(option.palette.color(QPalette::Active, QPalette::Text), ground));
    painter.drawText(option.rect.adjusted(margin, 4, -margin, 0), static_cast<int>(Qt::AlignVCenter | Qt::AlignLeading),
                     index.data().toString());
}

QRect HistoryDelegate::acknowledgeRect(const QStyleOptionViewItem& option, const Row& row) const
{
    if (!row.canAnswer())
        return {};
    const QFontMetrics metrics(smallFont(option.font));
    const QString text = row.answers.isEmpty() ? tr("Acknowledge") : tr("Answer…");
    const int width = metrics.horizontalAdvance(text) + 20;
    const int height = metrics.height() + 5;
    QRect rect(option.rect.right() - margin - width, option.rect.bottom() - height - 4, width, height);
    return QStyle::visualRect(option.direction, option.rect, rect);
}

void HistoryDelegate::paintText(QPainter& painter, const QRect& rect, const QString& text, const QFont& font,
                                const QColor& color, const QPalette& palette, bool marksHits) const
{
    if (rect.width() <= 0)
        return;
    const QString shown = QFontMetrics(font).elidedText(text, Qt::ElideRight, rect.width());
    const QList<HitRange> hits = marksHits && !m_search.isEmpty() ? hitRanges(shown, m_search) : QList<HitRange>();
    if (hits.isEmpty()) {
        painter.setFont(font);
        painter.setPen(color);
        painter.drawText(rect, static_cast<int>(Qt::AlignVCenter | Qt::AlignLeading | Qt::TextSingleLine), shown);
        return;
    }
    QTextLayout layout(shown, font);
    QTextOption options;
    options.setWrapMode(QTextOption::NoWrap);
    options.setAlignment(Qt::AlignLeading);
    layout.setTextOption(options);
    QList<QTextLayout::FormatRange> formats;
    for (const HitRange& hit : hits) {
        QTextLayout::FormatRange range;
        range.start = static_cast<int>(hit.start);
        range.length = static_cast<int>(hit.length);
        range.format.setBackground(tones::hit(palette));
        range.format.setForeground(palette.color(QPalette::Active, QPalette::Text));
        formats << range;
    }
    layout.setFormats(formats);
    layout.beginLayout();
    QTextLine line = layout.createLine();
    line.setLineWidth(rect.width());
    layout.endLayout();
    painter.setPen(color);
    layout.draw(&painter, QPointF(rect.left(), rect.top() + (rect.height() - line.height()) / 2));
}

void HistoryDelegate::paintRow(QPainter& painter, const QStyleOptionViewItem& option, const Row& row,
                               const QDateTime& now) const
{
    QPalette palette = option.palette;
    tones::makeSelectionReadable(palette);
    const bool isSelected = option.state & QStyle::State_Selected;
    const bool isGrey = row.isExpired || row.isLocalOnly;
    const QPalette::ColorGroup group = groupOf(option);

    QStyleOptionViewItem ground = option;
    ground.text.clear();
    ground.icon = {};
    ground.palette = palette;
    const QWidget* widget = option.widget;
    QStyle* style = widget ? widget->style() : QApplication::style();
    style->drawPrimitive(QStyle::PE_PanelItemViewItem, &ground, &painter, widget);

    const QColor back =
        isSelected ? palette.color(group, QPalette::Highlight) : palette.color(QPalette::Active, QPalette::Base);
    const QColor strong =
        isSelected ? palette.color(group, QPalette::HighlightedText) : palette.color(QPalette::Active, QPalette::Text);
    const QColor soft = isSelected ? strong : tones::muted(strong, back);
    const QColor titleColor = isGrey ? soft : strong;
    const auto mirrored = [&](const QRect& rect) { return QStyle::visualRect(option.direction, option.rect, rect); };

    const QFont titleFont = boldFont(option.font, row.isUnread());
    const QFont small = smallFont(option.font);
    const QFontMetrics smallMetrics(small);
    const int line1 = QFontMetrics(option.font).height();
    const int line2 = smallMetrics.height();
    const int dot = dotSize(line1);
    const int icon = iconSize(line1);
    const QRect inner = option.rect.adjusted(margin, 6, -margin, -6);
    int x = inner.left();

    if (row.isUnread()) {
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(isSelected ? strong : tones::accent(palette));
        painter.drawEllipse(mirrored(QRect(x, inner.top() + (line1 - dot) / 2 + 1, dot, dot)));
    }
    x += dot + gap;
    const QColor mark = isGrey ? soft : isSelected ? strong : tones::ofType(row.type, palette);
    tones::paintType(painter, mirrored(QRect(x, inner.top() + (line1 - icon) / 2 + 1, icon, icon)), row.type, mark);
    x += icon + gap;

    // sender · time, at the right
    const QString time = words::briefTime(row.createdAt, now);
    const int room = std::max(60, inner.right() - x);
    const QString sender = smallMetrics.elidedText(screen::line(row.senderName), Qt::ElideRight, room * 2 / 5);
    const QString right = sender.isEmpty() ? time : tr("%1 · %2", "a sender and a time").arg(sender, time);
    const int rightWidth = smallMetrics.horizontalAdvance(right) + 2;
    const QRect rightRect(inner.right() - rightWidth, inner.top(), rightWidth, line1);
    painter.setFont(small);
    painter.setPen(soft);
    painter.drawText(mirrored(rightRect), static_cast<int>(Qt::AlignVCenter | Qt::AlignTrailing), right);

    paintText(painter, mirrored(QRect(x, inner.top(), rightRect.left() - gap * 2 - x, line1)), words::title(row),
              titleFont, titleColor, palette, true);

    // second line: message, and at the right what is asked or what became of it
    const QRect button = acknowledgeRect(option, row);
    int end = inner.right();
    const int top2 = inner.top() + line1 + 7;
    if (!button.isEmpty()) {
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(soft, 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(QRectF(button).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
        painter.setFont(small);
        painter.setPen(isSelected ? strong : tones::accent(palette));
        painter.drawText(button, Qt::AlignCenter, row.answers.isEmpty() ? tr("Acknowledge") : tr("Answer…"));
        end -= button.width() + gap;
    }
    if (const QString note = words::stateNote(row); !note.isEmpty()) {
        const QString shown = smallMetrics.elidedText(note, Qt::ElideRight, (end - x) / 2);
        QFont italic = small;
        italic.setItalic(true);
        const int width = QFontMetrics(italic).horizontalAdvance(shown) + 4;
        painter.setFont(italic);
        painter.setPen(soft);
        painter.drawText(mirrored(QRect(end - width, top2, width, line2)),
                         static_cast<int>(Qt::AlignVCenter | Qt::AlignTrailing), shown);
        end -= width + gap;
    }
    paintText(painter, mirrored(QRect(x, top2, end - gap - x, line2)), words::preview(row), small, soft, palette, true);

    if (option.state & QStyle::State_HasFocus) {
        QStyleOptionFocusRect focus;
        focus.QStyleOption::operator=(option);
        focus.state |= QStyle::State_KeyboardFocusChange;
        focus.backgroundColor = back;
        style->drawPrimitive(QStyle::PE_FrameFocusRect, &focus, &painter, widget);
    }
}

bool HistoryDelegate::editorEvent(QEvent* event, QAbstractItemModel*, const QStyleOptionViewItem& option,
                                  const QModelIndex& index)
{
    if (event->type() != QEvent::MouseButtonRelease)
        return false;
    const auto* mouse = static_cast<QMouseEvent*>(event);
    const HistoryModel* model = historyOf(index);
    const Row* row = model ? model->rowAt(index) : nullptr;
    if (!row || mouse->button() != Qt::LeftButton || !acknowledgeRect(option, *row).contains(mouse->pos()))
        return false;
    Q_EMIT answerClicked(row->rowId);
    return true;
}

} // namespace belfry::desktop
