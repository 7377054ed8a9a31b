// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

class QLabel;
class QPushButton;

namespace belfry::desktop {

/// A thin bar with one sentence and at most two buttons; hidden while it has nothing to say. Thread: GUI.
class NoticeBar : public QFrame
{
    Q_OBJECT
public:
    explicit NoticeBar(const QString& name, QWidget* parent = nullptr);

    /// @param sentence  plain; empty hides the bar
    /// @param button    with its mnemonic; empty: none
    void say(const QString& sentence, const QString& button = {}, const QString& second = {});
    QString sentence() const;

Q_SIGNALS:
    void clicked();
    void secondClicked();

protected:
    void changeEvent(QEvent* event) override;

private:
    void colour();

    QLabel* m_sentence;
    QPushButton* m_button;
    QPushButton* m_second;
    bool m_isColouring = false;
};

} // namespace belfry::desktop
