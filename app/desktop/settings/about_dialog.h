// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

namespace belfry::desktop {

/// What Belfry is, its version, its licence and those of what it is built from.
///
/// Its objectName is "aboutDialog". Thread: GUI.
class AboutDialog : public QDialog
{
    Q_OBJECT
public:
    explicit AboutDialog(QWidget* parent = nullptr);

protected:
    void changeEvent(QEvent* event) override;
};

} // namespace belfry::desktop
