// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/row.h"

#include <QListView>
#include <QPersistentModelIndex>

class QPushButton;

namespace belfry::desktop {

class HistoryModel;

/// The list itself: stays where one reads when rows come in above, skips headings, tells what the person asked for.
class HistoryList : public QListView
{
    Q_OBJECT
public:
    explicit HistoryList(QWidget* parent = nullptr);

    void setHistory(HistoryModel* model);
    QList<client::RowId> selectedRows() const;
    /// While something is being read, rows that come in do not move it even at the top of the list.
    void setHoldsPosition(bool holds) { m_holdsPosition = holds; }
    /// To the newest message.
    void toTop();
    /// Asks for the pages next to what is in view.
    void prefetch();

Q_SIGNALS:
    void openRequested();       ///< Enter, double click
    void toggleReadRequested(); ///< Space
    void answerRequested();     ///< Ctrl+Enter
    void deleteRequested();
    void selectAllRequested();
    void copyRequested();
    void personChose(); ///< a click or a key chose the current row, also when it was current before

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    QModelIndex moveCursor(CursorAction action, Qt::KeyboardModifiers modifiers) override;

private:
    void rememberPlace();
    void keepPlace(bool isInsertion, int first, int last);
    void say(int newAbove);
    void placeButton();
    /// Home and End, to ends that are not loaded; whether that was so.
    bool goesToEnd(QKeyEvent* event);
    void arrive();

    HistoryModel* m_history = nullptr;
    QPushButton* m_newAbove = nullptr;
    QPersistentModelIndex m_anchor;
    int m_anchorTop = 0;
    int m_countAbove = 0;
    enum class Going { Nowhere, Top, First, Last };
    Going m_going = Going::Nowhere; ///< where to, once the model has it
    bool m_holdsPosition = false;
};

} // namespace belfry::desktop
