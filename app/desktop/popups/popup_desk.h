// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/notifier/notifier.h"
#include "app/desktop/popups/policy.h"
#include "client/client.h"

#include <QObject>
#include <QTimer>

#include <memory>

namespace belfry::desktop {

/// Where client, policy and notifier meet: what arrives is put to the policy, what it decides is shown, and what the
/// person does with a popup goes back to the client. Thread: GUI.
class PopupDesk : public QObject, private PopupStage
{
    Q_OBJECT
public:
    /// All of them outlive this.
    PopupDesk(client::Client& client, Preferences& preferences, const Clock& clock, std::unique_ptr<Notifier> notifier,
              QObject* parent = nullptr);
    ~PopupDesk() override;

    void setLocked(bool isLocked);
    /// A sentence of our own, where no window is open to say it.
    void say(const QString& title, const QString& text);
    /// The program ends: nothing of ours stays on the screen, where nobody would hear its buttons.
    void closeAll();

Q_SIGNALS:
    /// A popup was clicked: this row, or the list, is to be seen.
    void rowChosen(belfry::client::RowId row);
    void listChosen();

private:
    void show(PopupId id, const Popup& popup) override;
    void close(PopupId id) override;
    void markShown(const QList<client::RowId>& rows) override;
    void quietEnded() override;

    void connectClient();
    void connectNotifier();
    void awaySummary(int count);
    void pressed(PopupId id, const QString& button);
    /// To be called after whatever may have changed when the policy wants its next tick.
    void schedule();

    client::Client& m_client;
    Preferences& m_preferences;
    std::unique_ptr<Notifier> m_notifier;
    PopupPolicy m_policy;
    QTimer m_tick;
    QString m_activeId;
    bool m_isLeaving = false;
};

} // namespace belfry::desktop
