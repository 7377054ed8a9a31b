// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/row.h"

#include <QObject>
#include <QTimer>

namespace belfry::desktop {

class Choice;
class DetailPane;
class FilterBar;
class HistoryList;
class HistoryModel;
class HistorySource;
class NoticeBar;

/// What a person does with the chosen messages: open, mark, answer, copy, delete and take that back; and the bar that
/// offers what may follow (Undo for 10 s, "Select all 12,345"). Thread: GUI. All it is made with outlives it.
class MessageActions : public QObject
{
    Q_OBJECT
public:
    struct Place
    {
        HistorySource& source;
        HistoryModel& model;
        HistoryList& list;
        FilterBar& filter;
        DetailPane& detail;
        NoticeBar& offer;
        Choice& choice;
    };
    explicit MessageActions(const Place& place, QObject* parent = nullptr);

    /// Reads it: the message takes the focus.
    void open();
    void toggleRead();
    /// Answers where there is one answer only, else leads to the answers.
    void answer(client::RowId row);
    void answerChosen();
    /// As text, to the clipboard.
    void copy();
    /// All that are loaded, and offers the others that match.
    void selectAll();
    /// Takes what is filtered, or everything.
    void markAllRead();
    void deleteChosen();
    /// The last deletion, while it is offered.
    void undo();
    /// Another filter or another selection: what was offered for the last one does not hold.
    void endSelectAll();

private:
    enum class Offer { None, Undo, SelectAll };

    void take();
    void deleted(int count);
    void endOffer();

    Place m_at;
    QTimer m_offerTimer;
    Offer m_offered = Offer::None;
    bool m_allMatching = false; // "Select all 12,345" was taken
};

} // namespace belfry::desktop
