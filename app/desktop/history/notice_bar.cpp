// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/history/notice_bar.h"

#include "app/desktop/history/tones.h"

#include <QApplication>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

namespace belfry::desktop {

NoticeBar::NoticeBar(const QString& name, QWidget* parent)
    : QFrame(parent), m_sentence(new QLabel(this)), m_button(new QPushButton(this)), m_second(new QPushButton(this))
{
    setObjectName(name);
    setAutoFillBackground(true);
    m_sentence->setTextFormat(Qt::PlainText);
    m_sentence->setWordWrap(true);
    m_button->setObjectName(name + QStringLiteral("Button"));
    m_second->setObjectName(name + QStringLiteral("SecondButton"));
    m_sentence->setObjectName(name + QStringLiteral("Sentence"));
    for (QPushButton* button : {m_button, m_second})
        button->setAutoDefault(false);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(10, 4, 10, 4);
    row->addWidget(m_sentence, 1);
    row->addWidget(m_button);
    row->addWidget(m_second);
    connect(m_button, &QPushButton::clicked, this, &NoticeBar::clicked);
    connect(m_second, &QPushButton::clicked, this, &NoticeBar::secondClicked);
    colour();
    hide();
}

void NoticeBar::say(const QString& sentence, const QString& button, const QString& second)
{
    m_sentence->setText(sentence);
    m_button->setText(button);
    m_button->setVisible(!button.isEmpty());
    m_second->setText(second);
    m_second->setVisible(!second.isEmpty());
    setVisible(!sentence.isEmpty());
}

QString NoticeBar::sentence() const
{
    return isHidden() ? QString() : m_sentence->text();
}

void NoticeBar::colour()
{
    m_isColouring = true;
    QPalette colours = QApplication::palette(this);
    colours.setColor(QPalette::Window, tones::noticeGround(colours));
    setPalette(colours);
    for (QPushButton* button : {m_button, m_second})
        button->setPalette(QApplication::palette(button));
    m_isColouring = false;
}

void NoticeBar::changeEvent(QEvent* event)
{
    QFrame::changeEvent(event);
    if ((event->type() == QEvent::ApplicationPaletteChange || event->type() == QEvent::StyleChange) && !m_isColouring)
        colour();
}

} // namespace belfry::desktop
