// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/history/reading.h"
#include "client/row.h"

#include <QElapsedTimer>
#include <QList>
#include <QObject>
#include <QString>
#include <QTimer>

class QModelIndex;

namespace belfry::desktop {

class DetailPane;
class HistoryList;
class HistoryModel;
class HistorySource;

/// Which messages are chosen, what the detail shows of them, and when one counts as read by being looked at.
///
/// Chosen by the person or by the program: only the person's choice is read by being in view (Reading). One message may
/// be shown although the list does not hold it (left behind by a filter, or opened by its popup). Thread: GUI. All it
/// is made with outlives it.
class Choice : public QObject
{
    Q_OBJECT
public:
    Choice(HistorySource& source, HistoryModel& model, HistoryList& list, DetailPane& detail,
           QObject* parent = nullptr);

    /// Those chosen in the list, or else the one shown outside of it.
    QList<client::RowId> rows() const;
    /// Chosen in the list.
    QList<client::RowId> listed() const;
    /// Shown though the list does not hold it; 0: none.
    client::RowId outside() const { return m_outside; }

    /// The program chooses one, all that are loaded, or the newest where nothing is chosen.
    void select(const QModelIndex& index);
    void selectAll();
    void settle();
    /// The list does not hold it (any more); the detail shows it all the same.
    void showOutside(client::RowId row);
    /// As showOutside() for the one that the detail shows already.
    void leaveBehind(client::RowId row);
    void forgetOutside() { m_outside = 0; }

    /// The person chose what is chosen: it is read after a second in view.
    void personChose();
    /// Its state was just set by hand: looking at it does not undo that.
    void setByHand();
    /// Whether a person has this before their eyes: the window is active and not minimised.
    void setInView(bool isInView);
    /// What is searched for, to be marked in the detail.
    void setSearch(const QString& text);

Q_SIGNALS:
    /// Another selection, whoever made it.
    void changed();

private:
    void selectionMoved();
    void armReading();
    void readWhatIsDue();
    void renewDetail();
    Reading::Milliseconds elapsed() const { return Reading::Milliseconds(m_clock.elapsed()); }

    HistorySource& m_source;
    HistoryModel& m_model;
    HistoryList& m_list;
    DetailPane& m_detail;
    Reading m_reading;
    QElapsedTimer m_clock;
    QTimer m_readingTimer;
    QString m_search;
    client::RowId m_outside = 0;
    bool m_isInView = false;
    bool m_isOurs = false; // a selection that is just being made here
};

} // namespace belfry::desktop
