// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/row.h"

#include <QUrl>
#include <QWidget>

#include <optional>

class QGridLayout;
class QLabel;
class QPushButton;
class QTextBrowser;

namespace belfry::desktop {

/// One message in full, with everything that can be done to it as real buttons. Thread: GUI.
class DetailPane : public QWidget
{
    Q_OBJECT
public:
    explicit DetailPane(QWidget* parent = nullptr);

    /// Shows a row; nothing shows an empty pane. The same row again only renews what changed.
    void show(const std::optional<client::Row>& row, const QString& search);
    /// Several are selected: says how many.
    void showSeveral(int count);
    void focusMessage();
    /// Puts the focus on the first answer, where there is one.
    void focusAnswer();

Q_SIGNALS:
    void acknowledged(belfry::client::RowId row, const QString& answer);
    void linkRequested(const QUrl& url);
    void copyRequested();
    void toggleReadRequested();
    void deleteRequested();

protected:
    void changeEvent(QEvent* event) override;

private:
    void say();
    void fillAnswers();
    QString metaText() const;
    QString stateText() const;

    std::optional<client::Row> m_row;
    QString m_search;
    QString m_shownMessage;
    int m_several = 0;
    QLabel* m_empty;
    QWidget* m_content;
    QLabel* m_icon;
    QLabel* m_title;
    QLabel* m_meta;
    QLabel* m_state;
    QLabel* m_host;
    QTextBrowser* m_message;
    QWidget* m_answerBox;
    QGridLayout* m_answers;
    QList<QPushButton*> m_answerButtons;
    QStringList m_shownAnswers;
    QPushButton* m_openLink;
    QPushButton* m_copy;
    QPushButton* m_read;
    QPushButton* m_delete;
};

} // namespace belfry::desktop
