// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QLabel;
class QTextBrowser;

namespace belfry::desktop {

/// Name, version, licence and what Belfry is built from; in the settings and in the about dialog. Thread: GUI.
class AboutPage : public QWidget
{
    Q_OBJECT
public:
    explicit AboutPage(QWidget* parent = nullptr);

protected:
    void changeEvent(QEvent* event) override;

private:
    void say();

    QLabel* m_icon;
    QLabel* m_name;
    QLabel* m_what;
    QTextBrowser* m_parts;
};

} // namespace belfry::desktop
