// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/settings/about_dialog.h"

#include "app/desktop/settings/about_page.h"

#include <QDialogButtonBox>
#include <QEvent>
#include <QVBoxLayout>

namespace belfry::desktop {

AboutDialog::AboutDialog(QWidget* parent) : QDialog(parent)
{
    setObjectName(QStringLiteral("aboutDialog"));
    setWindowTitle(tr("About Belfry"));
    auto* close = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(close, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* column = new QVBoxLayout(this);
    column->addWidget(new AboutPage(this), 1);
    column->addWidget(close);
    resize(440, 380);
}

void AboutDialog::changeEvent(QEvent* event)
{
    QDialog::changeEvent(event);
    if (event->type() == QEvent::LanguageChange)
        setWindowTitle(tr("About Belfry"));
}

} // namespace belfry::desktop
