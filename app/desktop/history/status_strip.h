// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/history/history_words.h"
#include "app/desktop/history/link_words.h"

#include <QTimer>
#include <QWidget>

class QHBoxLayout;
class QLabel;
class QPushButton;

namespace belfry::desktop {

/// The line at the foot of the history: how the link stands and what to do about it, what is filtered, mark all read.
class StatusStrip : public QWidget
{
    Q_OBJECT
public:
    explicit StatusStrip(words::Now now, QWidget* parent = nullptr);

    void setLink(const client::LinkStatus& status, int unread);
    /// @param sentence  what is filtered, empty where nothing is
    void setFilterSentence(const QString& sentence);
    /// @param matching  under a filter how many would be marked, -1 without one
    void setMarkable(int unread, int matching);

Q_SIGNALS:
    void actionRequested(belfry::desktop::LinkAction action);
    void clearFilterRequested();
    void markAllReadRequested();

protected:
    void changeEvent(QEvent* event) override;

private:
    void update();

    words::Now m_now;
    client::LinkStatus m_status;
    int m_unread = 0;
    int m_markable = 0;
    int m_matching = -1;
    QTimer m_countdown;
    QList<LinkAction> m_actions;
    QLabel* m_dot;
    QLabel* m_sentence;
    QLabel* m_filter;
    QHBoxLayout* m_buttonRow;
    QPushButton* m_clear;
    QPushButton* m_markAll;
};

} // namespace belfry::desktop
