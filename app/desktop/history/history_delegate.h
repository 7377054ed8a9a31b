// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/row.h"

#include <QStyledItemDelegate>

namespace belfry::desktop {

/// Draws a row of the history in two lines, and a day's heading in one. Thread: GUI.
class HistoryDelegate : public QStyledItemDelegate
{
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    /// What is marked where it is found.
    void setSearch(const QString& search) { m_search = search; }

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

    /// Where the row's own Acknowledge stands; empty where the row has none. For the pointer only: the detail has the
    /// real button.
    QRect acknowledgeRect(const QStyleOptionViewItem& option, const client::Row& row) const;

protected:
    bool editorEvent(QEvent* event, QAbstractItemModel* model, const QStyleOptionViewItem& option,
                     const QModelIndex& index) override;

Q_SIGNALS:
    /// The row's Acknowledge was clicked; with answers to choose from, the detail is to offer them.
    void answerClicked(belfry::client::RowId rowId);

private:
    void paintHeading(QPainter& painter, const QStyleOptionViewItem& option, const QModelIndex& index) const;
    void paintRow(QPainter& painter, const QStyleOptionViewItem& option, const client::Row& row,
                  const QDateTime& now) const;
    void paintText(QPainter& painter, const QRect& rect, const QString& text, const QFont& font, const QColor& color,
                   const QPalette& palette, bool marksHits) const;

    QString m_search;
};

} // namespace belfry::desktop
