// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/preferences.h"
#include "app/desktop/settings/pages.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QGroupBox>
#include <QLabel>
#include <QLocale>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include <array>

namespace belfry::desktop {

namespace {

constexpr std::array priorities{Priority::Low, Priority::Normal, Priority::High, Priority::Critical};

/// The choices of the tray's menu, in its order; Until stands for a moment that was chosen there or earlier.
enum QuietChoice { Off, HalfAnHour, Hour, Tomorrow, Always, Until };

} // namespace

NotificationsPage::NotificationsPage(Preferences& preferences, QWidget* parent)
    : SettingsPage(parent), m_preferences(preferences), m_popups(new QGroupBox(this)), m_note(new QLabel(this)),
      m_quietLabel(new QLabel(this))
{
    auto* boxes = new QVBoxLayout(m_popups);
    for (const Priority priority : priorities) {
        auto* box = new QCheckBox(m_popups);
        box->setEnabled(priority != Priority::Critical);
        // Toggled, not clicked: so does who uses a screen reader.
        connect(box, &QCheckBox::toggled, this,
                [this, priority](bool popsUp) { m_preferences.setPopsUp(priority, popsUp); });
        boxes->addWidget(box);
        m_priorities.append(box);
    }
    m_note->setWordWrap(true);
    m_quiet = new QComboBox(this); // after the boxes: Tab goes by the order in which they are made
    m_quiet->setObjectName(QStringLiteral("doNotDisturb"));
    m_quietLabel->setBuddy(m_quiet);
    auto* form = new QFormLayout;
    form->addRow(m_quietLabel, m_quiet);
    auto* column = new QVBoxLayout(this);
    column->addWidget(m_popups);
    column->addSpacing(10);
    column->addLayout(form);
    column->addWidget(m_note);
    column->addStretch(1);
    connect(m_quiet, &QComboBox::activated, this, &NotificationsPage::choose);
    connect(&preferences, &Preferences::quietChanged, this, [this] { say(); });
    connect(&preferences, &Preferences::popsUpChanged, this, [this] { say(); });
    say();
}

void NotificationsPage::choose(int index)
{
    const QDateTime now = QDateTime::currentDateTime();
    Quiet quiet;
    quiet.isOn = true;
    switch (m_quiet->itemData(index).toInt()) {
    case Off:
        quiet.isOn = false;
        break;
    case HalfAnHour:
        quiet.until = now.addSecs(30 * 60);
        break;
    case Hour:
        quiet.until = now.addSecs(60 * 60);
        break;
    case Tomorrow:
        quiet.until = QDateTime(now.date().addDays(1), QTime(8, 0));
        break;
    case Always:
        break;
    default:
        return;
    }
    m_preferences.setQuiet(quiet);
    say();
}

void NotificationsPage::say()
{
    m_popups->setTitle(tr("What pops up"));
    const QStringList names{tr("Messages of &low priority"), tr("&Ordinary messages"), tr("Messages of &high priority"),
                            tr("&Critical messages (always)")};
    for (qsizetype i = 0; i < m_priorities.size(); ++i) {
        m_priorities.at(i)->setText(names.at(i));
        m_priorities.at(i)->setChecked(m_preferences.popsUp(priorities[static_cast<std::size_t>(i)]));
    }
    m_note->setText(tr("What does not pop up is in the history all the same. While you are not to be disturbed, only "
                       "critical messages pop up."));
    m_quietLabel->setText(tr("&Do not disturb:"));

    const QSignalBlocker quiet(m_quiet);
    m_quiet->clear();
    m_quiet->addItem(tr("Off"), Off);
    m_quiet->addItem(tr("For 30 minutes"), HalfAnHour);
    m_quiet->addItem(tr("For 1 hour"), Hour);
    m_quiet->addItem(tr("Until tomorrow"), Tomorrow);
    m_quiet->addItem(tr("Until I turn it off"), Always);
    const Quiet now = m_preferences.quiet();
    if (!now.isOn) {
        m_quiet->setCurrentIndex(m_quiet->findData(Off));
    } else if (!now.until.isValid()) {
        m_quiet->setCurrentIndex(m_quiet->findData(Always));
    } else {
        const QDateTime until = now.until.toLocalTime();
        const bool isToday = until.date() == QDate::currentDate();
        m_quiet->addItem(tr("Until %1")
                             .arg(isToday ? QLocale().toString(until.time(), QLocale::ShortFormat)
                                          : QLocale().toString(until, QLocale::ShortFormat)),
                         Until);
        m_quiet->setCurrentIndex(m_quiet->count() - 1);
    }
}

} // namespace belfry::desktop
