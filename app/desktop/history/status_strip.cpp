// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/history/status_strip.h"

#include "app/desktop/history/tones.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include <chrono>

namespace belfry::desktop {

StatusStrip::StatusStrip(words::Now now, QWidget* parent)
    : QWidget(parent), m_now(std::move(now)), m_dot(new QLabel(this)), m_sentence(new QLabel(this)),
      m_filter(new QLabel(this)), m_buttonRow(new QHBoxLayout), m_clear(new QPushButton(this)),
      m_markAll(new QPushButton(this))
{
    setObjectName(QStringLiteral("statusStrip"));
    m_sentence->setObjectName(QStringLiteral("linkSentence"));
    m_filter->setObjectName(QStringLiteral("filterSentence"));
    m_clear->setObjectName(QStringLiteral("clearFilter"));
    m_markAll->setObjectName(QStringLiteral("markAllRead"));
    for (QLabel* label : {m_sentence, m_filter}) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
    }
    m_markAll->setAutoDefault(false);

    auto* filterRow = new QHBoxLayout;
    filterRow->addWidget(m_filter, 1);
    filterRow->addWidget(m_clear);
    auto* linkRow = new QHBoxLayout;
    linkRow->addWidget(m_dot);
    linkRow->addWidget(m_sentence, 1);
    linkRow->addLayout(m_buttonRow);
    linkRow->addWidget(m_markAll);
    auto* rows = new QVBoxLayout(this);
    rows->setContentsMargins(10, 6, 10, 6);
    rows->addLayout(filterRow);
    rows->addLayout(linkRow);
    m_filter->hide();
    m_clear->hide();

    m_countdown.setInterval(std::chrono::seconds(1));
    connect(&m_countdown, &QTimer::timeout, this, &StatusStrip::update);
    connect(m_clear, &QPushButton::clicked, this, &StatusStrip::clearFilterRequested);
    connect(m_markAll, &QPushButton::clicked, this, &StatusStrip::markAllReadRequested);
    update();
}

void StatusStrip::setLink(const client::LinkStatus& status, int unread)
{
    m_status = status;
    m_unread = unread;
    if (status.state == client::LinkState::Waiting)
        m_countdown.start();
    else
        m_countdown.stop();
    update();
}

void StatusStrip::setFilterSentence(const QString& sentence)
{
    m_filter->setText(sentence);
    m_filter->setVisible(!sentence.isEmpty());
    m_clear->setVisible(!sentence.isEmpty());
}

void StatusStrip::setMarkable(int unread, int matching)
{
    m_markable = unread;
    m_matching = matching;
    update();
}

void StatusStrip::update()
{
    const LinkLine line = linkLine(m_status, m_unread, m_now());
    m_dot->setText(line.isConnected ? QStringLiteral("●") : QStringLiteral("○")); // shape, not colour alone
    m_dot->setAccessibleName(line.isConnected ? tr("Connected") : tr("Not connected"));
    QPalette colours = palette();
    colours.setColor(QPalette::WindowText, tones::ofType(line.isConnected ? Type::Success : Type::Warning, colours));
    m_dot->setPalette(colours);
    m_sentence->setText(line.sentence);
    m_clear->setText(tr("&Clear filters"));
    m_markAll->setText(m_matching >= 0 ? tr("Mark %Ln shown as &read", nullptr, m_matching) : tr("Mark all &read"));
    m_markAll->setVisible(m_matching != 0); // nothing to mark is nothing to say
    m_markAll->setEnabled(m_matching >= 0 ? m_matching > 0 : m_markable > 0);

    if (line.actions == m_actions) {
        for (qsizetype i = 0; i < m_actions.size(); ++i)
            if (auto* button = qobject_cast<QPushButton*>(m_buttonRow->itemAt(static_cast<int>(i))->widget()))
                button->setText(actionText(m_actions.at(i)));
        return;
    }
    m_actions = line.actions;
    while (QLayoutItem* item = m_buttonRow->takeAt(0)) {
        item->widget()->hide();
        item->widget()->deleteLater();
        delete item;
    }
    for (const LinkAction action : std::as_const(m_actions)) {
        auto* button = new QPushButton(actionText(action), this);
        button->setAutoDefault(false);
        connect(button, &QPushButton::clicked, this, [this, action] { Q_EMIT actionRequested(action); });
        m_buttonRow->addWidget(button);
    }
    setTabOrder(m_clear, m_markAll);
}

void StatusStrip::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LanguageChange || event->type() == QEvent::PaletteChange)
        update();
}

} // namespace belfry::desktop
