// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/preferences.h"
#include "app/desktop/screen_text.h"
#include "app/desktop/settings/pages.h"

#include <QCheckBox>
#include <QComboBox>
#include <QEvent>
#include <QFormLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include <algorithm>

namespace belfry::desktop {

void SettingsPage::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LanguageChange)
        say();
}

GeneralPage::GeneralPage(Preferences& preferences, QWidget* parent)
    : SettingsPage(parent), m_preferences(preferences), m_start(new QCheckBox(this)), m_startFault(new QLabel(this)),
      m_languageLabel(new QLabel(this)), m_language(new QComboBox(this)), m_theme(new QLabel(this))
{
    m_start->setObjectName(QStringLiteral("startWithSession"));
    m_language->setObjectName(QStringLiteral("language"));
    m_languageLabel->setBuddy(m_language);
    m_startFault->setTextFormat(Qt::PlainText);
    m_startFault->setWordWrap(true);
    m_startFault->hide();
    m_theme->setWordWrap(true);
    m_language->addItem(QString(), QString());
    m_language->addItem(QStringLiteral("English"), QStringLiteral("en"));
    m_language->addItem(QStringLiteral("Tiếng Việt"), QStringLiteral("vi"));

    auto* form = new QFormLayout;
    form->addRow(m_languageLabel, m_language);
    auto* column = new QVBoxLayout(this);
    column->addWidget(m_start);
    column->addWidget(m_startFault);
    column->addSpacing(10);
    column->addLayout(form);
    column->addSpacing(10);
    column->addWidget(m_theme);
    column->addStretch(1);

    // Toggled, not clicked: so does who uses a screen reader. What it is already changes nothing.
    connect(m_start, &QCheckBox::toggled, this, [this](bool starts) {
        if (starts == m_preferences.startsWithSession())
            return;
        const Result<void> done = m_preferences.setStartsWithSession(starts);
        m_startFault->setText(done ? QString() : screen::line(QString::fromStdString(done.error().message)));
        m_startFault->setVisible(!done);
        m_start->setChecked(m_preferences.startsWithSession());
    });
    connect(m_language, &QComboBox::activated, this,
            [this](int index) { m_preferences.setLanguage(m_language->itemData(index).toString()); });
    connect(&preferences, &Preferences::startsWithSessionChanged, m_start, &QCheckBox::setChecked);
    say();
}

void GeneralPage::say()
{
    m_start->setText(tr("&Start Belfry when I sign in to this computer"));
    m_start->setChecked(m_preferences.startsWithSession());
    m_languageLabel->setText(tr("&Language:"));
    m_language->setItemText(0, tr("As the system has it"));
    m_language->setCurrentIndex(std::max(0, m_language->findData(m_preferences.language())));
    m_theme->setText(tr("Belfry is light or dark as your system is."));
}

} // namespace belfry::desktop
