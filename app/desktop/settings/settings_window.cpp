// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/settings/settings_window.h"

#include "app/desktop/preferences.h"
#include "app/desktop/settings/about_page.h"
#include "app/desktop/settings/pages.h"

#include <QDialogButtonBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QListWidget>
#include <QPushButton>
#include <QScreen>
#include <QScrollArea>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace belfry::desktop {

namespace {
const QString geometryKey = QStringLiteral("settings/geometry");
}

class SettingsWindow::Parts
{
public:
    Parts(SettingsWindow& window, Preferences& preferences)
        : preferences(preferences), list(new QListWidget(&window)), pages(new QStackedWidget(&window))
    {
    }

    /// In a frame that scrolls where the screen is small or the letters are large.
    void add(QWidget* page)
    {
        auto* scroll = new QScrollArea(pages);
        scroll->setWidgetResizable(true);
        scroll->setFrameShape(QFrame::NoFrame);
        scroll->setFocusPolicy(Qt::NoFocus); // what is in it takes the focus, and scrolls into view then
        scroll->setWidget(page);
        pages->addWidget(scroll);
        list->addItem(QString());
    }

    void say(SettingsWindow& window)
    {
        window.setWindowTitle(tr("Settings"));
        list->setAccessibleName(tr("Pages"));
        const QStringList names{tr("General"), tr("Notifications"), tr("Server and account"), tr("Local server"),
                                tr("About")};
        for (int i = 0; i < names.size(); ++i) {
            list->item(i)->setText(names.at(i));
            auto* scroll = pages->widget(i);
            scroll->setAccessibleName(names.at(i));
        }
        const int width = list->sizeHintForColumn(0) + 2 * list->frameWidth() + 16;
        list->setFixedWidth(std::max(width, 120));
    }

    Preferences& preferences;
    QListWidget* list;
    QStackedWidget* pages;
};

SettingsWindow::SettingsWindow(client::Client& client, Hosting& hosting, Preferences& preferences, QWidget* parent)
    : QDialog(parent), m_parts(std::make_unique<Parts>(*this, preferences))
{
    setObjectName(QStringLiteral("settingsWindow"));
    m_parts->list->setObjectName(QStringLiteral("settingsPages"));
    m_parts->list->setSpacing(2);
    auto* account = new AccountPage(client);
    m_parts->add(new GeneralPage(preferences));
    m_parts->add(new NotificationsPage(preferences));
    m_parts->add(account);
    m_parts->add(new LocalServerPage(hosting));
    m_parts->add(new AboutPage);

    auto* close = new QDialogButtonBox(QDialogButtonBox::Close, this);
    // Enter belongs to what has the focus, on every page: it closes nothing.
    const QList<QPushButton*> buttons = findChildren<QPushButton*>();
    for (QPushButton* button : buttons)
        button->setAutoDefault(false);
    close->button(QDialogButtonBox::Close)->setDefault(false);
    auto* row = new QHBoxLayout;
    row->addWidget(m_parts->list);
    row->addWidget(m_parts->pages, 1);
    auto* column = new QVBoxLayout(this);
    column->addLayout(row, 1);
    column->addWidget(close);

    connect(close, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_parts->list, &QListWidget::currentRowChanged, m_parts->pages, &QStackedWidget::setCurrentIndex);
    connect(account, &AccountPage::signInRequested, this, &SettingsWindow::signInRequested);
    connect(this, &QDialog::finished, this, [this] { m_parts->preferences.remember(geometryKey, saveGeometry()); });
    m_parts->say(*this);
    m_parts->list->setCurrentRow(0);
    if (!restoreGeometry(preferences.remembered(geometryKey).toByteArray()))
        resize(QSize(700, 520).boundedTo(screen()->availableSize() - QSize(40, 60)));
}

SettingsWindow::~SettingsWindow() = default;

void SettingsWindow::showPage(Page page)
{
    m_parts->list->setCurrentRow(static_cast<int>(page));
}

void SettingsWindow::changeEvent(QEvent* event)
{
    QDialog::changeEvent(event);
    if (event->type() == QEvent::LanguageChange && m_parts)
        m_parts->say(*this);
}

} // namespace belfry::desktop
