// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

#include <memory>

namespace belfry::desktop {

class Hosting;

/// Inviting somebody to the local server: what they may do, the link to hand over, and the open invites, which can be
/// taken back. Where nobody else could use a link it says so, and offers to open the server to the network.
///
/// Its objectName is "inviteDialog". A link is shown once, when it is made, and never kept. Thread: GUI.
class InviteDialog : public QDialog
{
    Q_OBJECT
public:
    explicit InviteDialog(Hosting& hosting, QWidget* parent = nullptr);
    ~InviteDialog() override;

protected:
    void changeEvent(QEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    class Parts;
    std::unique_ptr<Parts> m_parts;
};

} // namespace belfry::desktop
