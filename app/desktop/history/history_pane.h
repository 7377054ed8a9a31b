// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/history/history_words.h"
#include "app/desktop/history/trouble_bars.h"
#include "client/row.h"

#include <QFuture>
#include <QTimer>
#include <QVariantMap>
#include <QWidget>

class QSplitter;
class QStackedWidget;

namespace belfry::desktop {

class Choice;
class DetailPane;
class EmptyPage;
class FilterBar;
class HistoryDelegate;
class HistoryList;
class HistoryModel;
class HistorySource;
class MessageActions;
class NoticeBar;
class StatusStrip;
enum class LinkAction;

/// The inside of the history window: filters, list, detail, status line, and what ties them (desktop.md, "History
/// window"). Knows neither tray nor preferences. Thread: GUI; the source outlives it.
class HistoryPane : public QWidget
{
    Q_OBJECT
public:
    HistoryPane(HistorySource& source, words::Now now, QWidget* parent = nullptr);
    ~HistoryPane() override;

    /// See HistoryWindow.
    void showRow(client::RowId row);
    void showList();
    /// Whether a person has this before their eyes: the window is active and not minimised.
    void setInView(bool isInView);
    /// Said in a bar of its own; remedyChosen() and signInRequested() tell what the person wants.
    void setShellTrouble(const ShellTrouble& trouble);
    /// Clears the search. @return false where there was none to clear
    bool clearSearch();

    /// Splitter and filters.
    QVariantMap state() const;
    void setState(const QVariantMap& state);

Q_SIGNALS:
    void signInRequested();
    void turnOnServerRequested();
    void remedyChosen(belfry::desktop::ShellTrouble::Remedy remedy);
    void filtersChanged();

protected:
    void changeEvent(QEvent* event) override;

private:
    void layOut();
    void connectList();
    void connectParts();
    void connectSource();
    void makeShortcuts();
    void act(LinkAction action);
    void applyFilter();
    void renewFilterChoices();
    void renewMarkable();
    void renewPage();
    void renewLink();
    void pageButton();
    void sendTest();

    HistorySource& m_source;
    words::Now m_now;
    HistoryModel* m_model;
    HistoryDelegate* m_delegate;
    TroubleBars* m_troubles;
    FilterBar* m_filter;
    NoticeBar* m_offer;
    QStackedWidget* m_stack;
    HistoryList* m_list;
    EmptyPage* m_empty;
    DetailPane* m_detail;
    QSplitter* m_splitter;
    StatusStrip* m_strip;
    Choice* m_choice;
    MessageActions* m_actions;

    QTimer m_minute;
    QTimer m_slow;          // a first page that takes over 300 ms says so
    QTimer m_settling;      // counts and choices follow bursts of changes, not each of them
    QFuture<int> m_counted; // how many there are to be marked, while that is asked
    bool m_isSendingTest = false;
};

} // namespace belfry::desktop
