// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/history/filter_bar.h"

#include "app/desktop/history/history_words.h"
#include "app/desktop/history/tones.h"
#include "app/desktop/screen_text.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QSignalBlocker>

#include <chrono>

namespace belfry::desktop {

namespace {
constexpr std::chrono::milliseconds typingPause{150};
constexpr int longestName = 40;
} // namespace

FilterBar::FilterBar(QWidget* parent)
    : QWidget(parent), m_search(new QLineEdit(this)), m_type(new QComboBox(this)), m_category(new QComboBox(this)),
      m_sender(new QComboBox(this)), m_unread(new QCheckBox(this))
{
    setObjectName(QStringLiteral("filterBar"));
    m_search->setObjectName(QStringLiteral("search"));
    m_type->setObjectName(QStringLiteral("typeFilter"));
    m_category->setObjectName(QStringLiteral("categoryFilter"));
    m_sender->setObjectName(QStringLiteral("senderFilter"));
    m_unread->setObjectName(QStringLiteral("unreadFilter"));
    m_search->setClearButtonEnabled(true);
    m_search->setMaxLength(2 * 250); // 250 characters of two UTF-16 units each
    m_search->setMinimumWidth(160);
    m_search->installEventFilter(this);
    for (QComboBox* box : {m_category, m_sender}) {
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        box->setMinimumContentsLength(12);
        box->hide();
    }

    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(10, 8, 10, 8);
    row->addWidget(m_search, 1);
    row->addWidget(m_type);
    row->addWidget(m_category);
    row->addWidget(m_sender);
    row->addWidget(m_unread);

    say();
    m_pause.setSingleShot(true);
    m_pause.setInterval(typingPause);
    connect(&m_pause, &QTimer::timeout, this, &FilterBar::changed);
    connect(m_search, &QLineEdit::textChanged, this, [this] { m_pause.start(); });
    for (QComboBox* box : {m_type, m_category, m_sender})
        connect(box, &QComboBox::currentIndexChanged, this, &FilterBar::changed);
    connect(m_unread, &QCheckBox::toggled, this, &FilterBar::changed);
}

client::RowQuery FilterBar::query() const
{
    client::RowQuery query;
    query.text = m_search->text().trimmed();
    if (const QVariant type = m_type->currentData(); type.isValid())
        query.type = static_cast<Type>(type.toInt());
    query.category = m_category->currentData().toString();
    if (const QVariant sender = m_sender->currentData(); sender.isValid())
        query.sender = sender.toLongLong();
    query.unreadOnly = m_unread->isChecked();
    return query;
}

bool FilterBar::isFiltering() const
{
    return !m_search->text().trimmed().isEmpty() || m_type->currentData().isValid() ||
           m_category->currentData().isValid() || m_sender->currentData().isValid() || m_unread->isChecked();
}

QString FilterBar::searchText() const
{
    return m_search->text().trimmed();
}

QString FilterBar::sentence() const
{
    QStringList parts;
    if (m_unread->isChecked())
        parts << tr("unread");
    for (const QComboBox* box : {m_type, m_category, m_sender})
        if (box->currentData().isValid())
            parts << screen::isolated(box->currentText(), longestName);
    if (!searchText().isEmpty())
        parts << tr("“%1”", "what is searched for").arg(screen::isolated(searchText(), longestName));
    return parts.isEmpty() ? QString() : tr("Showing only: %1").arg(parts.join(QStringLiteral(" · ")));
}

void FilterBar::fill(QComboBox* box, const QString& all, const QList<QPair<QVariant, QString>>& items)
{
    bool isSame = box->count() == items.size() + 1 && box->itemText(0) == all;
    for (int i = 0; isSame && i < items.size(); ++i)
        isSame = box->itemData(i + 1) == items[i].first && box->itemText(i + 1) == items[i].second;
    if (isSame)
        return; // perhaps it is open, and being chosen from
    const QVariant chosen = box->currentData();
    const QString chosenText = box->currentText();
    const QSignalBlocker quiet(box);
    box->clear();
    box->addItem(all);
    for (const auto& [value, text] : items)
        box->addItem(text, value);
    int at = box->findData(chosen);
    if (chosen.isValid() && at < 0) { // still filtered by: stays to be seen and undone
        box->addItem(chosenText, chosen);
        at = box->count() - 1;
    }
    box->setCurrentIndex(chosen.isValid() ? at : 0);
    if (box != m_type)
        box->setVisible(box->count() > 2 || chosen.isValid());
}

void FilterBar::setCategories(const QStringList& categories)
{
    QList<QPair<QVariant, QString>> items;
    for (const QString& category : categories)
        if (!category.isEmpty())
            items.append({category, screen::line(category, longestName)});
    fill(m_category, tr("All categories"), items);
}

void FilterBar::setSenders(const QList<QPair<UserId, QString>>& senders)
{
    QList<QPair<QVariant, QString>> items;
    for (const auto& [id, name] : senders)
        items.append({QVariant::fromValue<qlonglong>(id), screen::line(name, longestName)});
    fill(m_sender, tr("All senders"), items);
}

void FilterBar::fillTypes()
{
    QList<QPair<QVariant, QString>> items;
    for (const Type type : {Type::Info, Type::Success, Type::Warning, Type::Error})
        items.append({static_cast<int>(type), words::typeName(type)});
    fill(m_type, tr("All types"), items);
    for (int i = 1; i < m_type->count(); ++i)
        m_type->setItemIcon(i, tones::typeIcon(static_cast<Type>(m_type->itemData(i).toInt()), palette()));
}

void FilterBar::say()
{
    QPalette colours = palette();
    colours.setColor(QPalette::PlaceholderText,
                     tones::muted(colours.color(QPalette::Text), colours.color(QPalette::Base)));
    m_search->setPalette(colours);
    m_search->setPlaceholderText(tr("Search"));
    m_search->setAccessibleName(tr("Search messages"));
    m_type->setAccessibleName(tr("Type"));
    m_category->setAccessibleName(tr("Category"));
    m_sender->setAccessibleName(tr("Sender"));
    // On X11 and Wayland a box without a label is read out by its choice alone, whatever it is called.
    for (QComboBox* box : {m_type, m_category, m_sender})
        box->setAccessibleDescription(tr("%1 of the messages shown").arg(box->accessibleName()));
    m_unread->setText(tr("&Unread only"));
    fillTypes();
    for (QComboBox* box : {m_category, m_sender}) {
        const QString all = box == m_category ? tr("All categories") : tr("All senders");
        if (box->count() == 0)
            box->addItem(all);
        else
            box->setItemText(0, all);
    }
}

void FilterBar::clearSearch()
{
    m_search->clear();
    m_pause.stop();
    Q_EMIT changed();
}

void FilterBar::clearAll()
{
    {
        const QSignalBlocker search(m_search), type(m_type), category(m_category), sender(m_sender), unread(m_unread);
        m_search->clear();
        for (QComboBox* box : {m_type, m_category, m_sender})
            box->setCurrentIndex(0);
        m_unread->setChecked(false);
    }
    m_pause.stop();
    Q_EMIT changed();
}

void FilterBar::focusSearch()
{
    m_search->setFocus(Qt::ShortcutFocusReason);
    m_search->selectAll();
}

QVariantMap FilterBar::state() const
{
    QVariantMap state;
    state[QStringLiteral("unread")] = m_unread->isChecked();
    if (m_type->currentData().isValid())
        state[QStringLiteral("type")] = m_type->currentData();
    if (m_category->currentData().isValid())
        state[QStringLiteral("category")] = m_category->currentData();
    if (m_sender->currentData().isValid()) {
        state[QStringLiteral("sender")] = m_sender->currentData();
        state[QStringLiteral("senderName")] = m_sender->currentText();
    }
    return state;
}

void FilterBar::setState(const QVariantMap& state)
{
    const QSignalBlocker type(m_type), category(m_category), sender(m_sender), unread(m_unread);
    m_unread->setChecked(state.value(QStringLiteral("unread")).toBool());
    if (const QVariant value = state.value(QStringLiteral("type")); value.isValid())
        m_type->setCurrentIndex(std::max(0, m_type->findData(value.toInt())));
    const auto choose = [](QComboBox* box, const QVariant& value, const QString& text) {
        if (!value.isValid() || text.isEmpty())
            return;
        if (box->findData(value) < 0)
            box->addItem(screen::line(text, longestName), value);
        box->setCurrentIndex(box->findData(value));
        box->show();
    };
    const QVariant chosen = state.value(QStringLiteral("category"));
    choose(m_category, chosen, chosen.toString());
    const QVariant who = state.value(QStringLiteral("sender"));
    choose(m_sender, who.isValid() ? QVariant::fromValue<qlonglong>(who.toLongLong()) : QVariant(),
           state.value(QStringLiteral("senderName")).toString());
    Q_EMIT changed();
}

bool FilterBar::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_search && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Down || key == Qt::Key_PageDown || key == Qt::Key_Return || key == Qt::Key_Enter) {
            if (m_pause.isActive()) {
                m_pause.stop();
                Q_EMIT changed();
            }
            Q_EMIT listRequested();
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

void FilterBar::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LanguageChange || event->type() == QEvent::PaletteChange)
        say();
}

} // namespace belfry::desktop
