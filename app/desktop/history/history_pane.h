// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/history/history_words.h"
#include "app/desktop/history/link_words.h"
#include "app/desktop/history/reading.h"

#include <QElapsedTimer>
#include <QTimer>
#include <QVariantMap>
#include <QWidget>

class QSplitter;
class QStackedWidget;

namespace belfry::desktop {

class DetailPane;
class EmptyPage;
class FilterBar;
class HistoryDelegate;
class HistoryList;
class HistoryModel;
class HistorySource;
class NoticeBar;
class StatusStrip;

/// A trouble that is not the client's own (the local server's), and what can be done about it.
struct ShellTrouble
{
    enum class Remedy { None, TryAgain, UseAnotherPort, SignIn };
    QString sentence; ///< empty: there is none
    Remedy first = Remedy::None;
    Remedy second = Remedy::None;
};

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
    void connectParts();
    void makeShortcuts();
    void applyFilter();
    void renewFilterChoices();
    void renewMarkable();
    void renewPage();
    void renewLink();
    void renewTrouble();
    void choose(ShellTrouble::Remedy remedy);
    void renewDetail();
    void settleSelection();
    void selectionMoved();
    void personChose();
    void select(const QModelIndex& index);
    void armReading();
    void selectAll();
    void deleteSelected();
    void deleted(int count);
    void toggleRead();
    void open();
    void copy();
    void markAllRead();
    void undo();
    void answer(client::RowId row);
    void pageButton();
    void sendTest();
    std::chrono::milliseconds elapsed() const;

    enum class Offer { None, Undo, SelectAll };

    HistorySource& m_source;
    words::Now m_now;
    HistoryModel* m_model;
    HistoryDelegate* m_delegate;
    FilterBar* m_filter;
    NoticeBar* m_offline;
    NoticeBar* m_trouble;
    NoticeBar* m_fault;
    NoticeBar* m_offer;
    QStackedWidget* m_stack;
    HistoryList* m_list;
    EmptyPage* m_empty;
    DetailPane* m_detail;
    QSplitter* m_splitter;
    StatusStrip* m_strip;

    Reading m_reading;
    QElapsedTimer m_clock;
    QTimer m_readingTimer;
    QTimer m_offerTimer;
    QTimer m_minute;
    QTimer m_slow;     // a first page that takes over 300 ms says so
    QTimer m_settling; // counts and choices follow bursts of changes, not each of them
    Offer m_offered = Offer::None;
    client::RowId m_outside = 0; // shown in the detail though the list does not hold it
    QString m_clientFault;
    ShellTrouble m_shellTrouble;
    QString m_testFault;
    int m_matching = -1;
    bool m_isInView = false;
    bool m_allMatching = false; // "Select all 12,345" was taken
    bool m_isOurSelection = false;
    bool m_isSendingTest = false;
};

} // namespace belfry::desktop
