// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

namespace belfry::desktop {

/// The history's keys, as F1 lists them. Thread: GUI.
class KeyList : public QDialog
{
    Q_OBJECT
public:
    explicit KeyList(QWidget* parent = nullptr);
};

} // namespace belfry::desktop
