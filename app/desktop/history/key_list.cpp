// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/history/key_list.h"

#include <QDialogButtonBox>
#include <QGridLayout>
#include <QKeySequence>
#include <QLabel>
#include <QVBoxLayout>

namespace belfry::desktop {

KeyList::KeyList(QWidget* parent) : QDialog(parent)
{
    setObjectName(QStringLiteral("keyList"));
    setWindowTitle(tr("Keys"));
    setAttribute(Qt::WA_DeleteOnClose);
    const auto key = [](const QKeySequence& sequence) { return sequence.toString(QKeySequence::NativeText); };
    const QList<QPair<QString, QString>> keys{
        {QStringLiteral("↑ ↓  PgUp  PgDn  Home  End"), tr("Move in the list")},
        {key(Qt::Key_Return), tr("Open the message: it is read")},
        {key(QKeySequence(Qt::CTRL | Qt::Key_Return)), tr("Acknowledge, or choose an answer")},
        {key(Qt::Key_Space), tr("Mark read or unread")},
        {key(Qt::Key_Delete), tr("Delete from this history")},
        {key(QKeySequence(Qt::CTRL | Qt::Key_Z)), tr("Undo the deletion, for 10 s")},
        {key(QKeySequence(Qt::CTRL | Qt::Key_F)), tr("Search")},
        {key(QKeySequence(Qt::CTRL | Qt::Key_A)), tr("Select all")},
        {key(QKeySequence(Qt::CTRL | Qt::Key_C)), tr("Copy as text")},
        {key(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_A)), tr("Mark all read")},
        {key(Qt::Key_Escape), tr("Clear the search, then close the window")},
        {key(QKeySequence(Qt::CTRL | Qt::Key_Comma)), tr("Settings")},
        {key(QKeySequence(Qt::CTRL | Qt::Key_Q)), tr("Quit Belfry")},
        {key(Qt::Key_F1), tr("This list")},
    };
    auto* grid = new QGridLayout;
    grid->setHorizontalSpacing(24);
    QFont bold = font();
    bold.setBold(true);
    for (int i = 0; i < keys.size(); ++i) {
        auto* name = new QLabel(keys.at(i).first, this);
        name->setFont(bold);
        grid->addWidget(name, i, 0);
        grid->addWidget(new QLabel(keys.at(i).second, this), i, 1);
    }
    auto* close = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(close, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* column = new QVBoxLayout(this);
    column->addLayout(grid);
    column->addWidget(close);
}

} // namespace belfry::desktop
