// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/settings/form.h"

#include <QGroupBox>

class QPushButton;
class QRadioButton;

namespace belfry::desktop {

class Hosting;

/// Who can reach the local server: this computer only, or the office network; there the address and the pin that others
/// need, and the way to invite somebody. A choice applies at once. Thread: GUI.
class ReachBox : public QGroupBox
{
    Q_OBJECT
public:
    explicit ReachBox(Hosting& hosting, QWidget* parent = nullptr);

    /// Texts and present values.
    void say();

Q_SIGNALS:
    void inviteRequested();

protected:
    /// Networks come and go: looked at anew when it is shown.
    void showEvent(QShowEvent* event) override;

private:
    void choose(bool isOnNetwork);

    Hosting& m_hosting;
    QRadioButton* m_here;
    QRadioButton* m_network;
    QLabel* m_what;
    form::Line m_address, m_pin;
    QPushButton* m_copyAddress;
    QPushButton* m_copyPin;
    QLabel* m_firewall;
    QPushButton* m_invite;
};

} // namespace belfry::desktop
