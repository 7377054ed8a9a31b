// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/settings/about_page.h"

#include "protocol/version.h"

#include <QApplication>
#include <QEvent>
#include <QHBoxLayout>
#include <QIcon>
#include <QLabel>
#include <QTextBrowser>
#include <QVBoxLayout>

namespace belfry::desktop {

AboutPage::AboutPage(QWidget* parent)
    : QWidget(parent), m_icon(new QLabel(this)), m_name(new QLabel(this)), m_what(new QLabel(this)),
      m_parts(new QTextBrowser(this))
{
    QFont large = font();
    large.setBold(true);
    large.setPointSizeF(large.pointSizeF() * 1.5);
    m_name->setFont(large);
    m_name->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_what->setWordWrap(true);
    m_parts->setObjectName(QStringLiteral("aboutParts"));
    m_parts->setTabChangesFocus(true);
    m_parts->setMinimumHeight(140);
    auto* words = new QVBoxLayout;
    words->addWidget(m_name);
    words->addWidget(m_what);
    auto* head = new QHBoxLayout;
    head->setSpacing(14);
    head->addWidget(m_icon, 0, Qt::AlignTop);
    head->addLayout(words, 1);
    auto* column = new QVBoxLayout(this);
    column->addLayout(head);
    column->addWidget(m_parts, 1);
    const QIcon icon = QApplication::windowIcon();
    m_icon->setPixmap(icon.pixmap(QSize(64, 64), devicePixelRatioF()));
    m_icon->setVisible(!icon.isNull());
    say();
}

void AboutPage::say()
{
    const auto version = QString::fromLatin1(belfry::version.data(), static_cast<qsizetype>(belfry::version.size()));
    m_name->setText(tr("Belfry %1", "name and version").arg(version));
    m_what->setText(tr("Messages from your office, on your desktop."));
    m_icon->setAccessibleName(tr("Belfry's bell"));
    m_parts->setAccessibleName(tr("Licence and parts"));
    m_parts->setPlainText(
        tr("Belfry is free software under the GNU General Public License, version 3 or later. It comes without any "
           "warranty.") +
        QStringLiteral("\n\n") + tr("It is built from:") +
        QStringLiteral("\nQt %1 (LGPL-3.0)\nBoost (BSL-1.0)\nSQLite (public domain)\nOpenSSL (Apache-2.0)\n"
                       "libsodium (ISC)\nLibJWT (MPL-2.0)\nQtKeychain (BSD-3-Clause)\ntl::expected (CC0-1.0)")
            .arg(QLatin1String(qVersion())));
}

void AboutPage::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LanguageChange)
        say();
}

} // namespace belfry::desktop
