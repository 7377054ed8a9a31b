// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QLabel;
class QPushButton;

namespace belfry::desktop {

/// What stands in the list's place while it has no rows: a sentence and at most one button. Thread: GUI.
class EmptyPage : public QWidget
{
    Q_OBJECT
public:
    explicit EmptyPage(QWidget* parent = nullptr);

    void say(const QString& sentence, const QString& button = {});

Q_SIGNALS:
    void clicked();

private:
    QLabel* m_sentence;
    QPushButton* m_button;
};

} // namespace belfry::desktop
