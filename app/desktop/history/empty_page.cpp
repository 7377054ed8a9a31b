// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/history/empty_page.h"

#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace belfry::desktop {

EmptyPage::EmptyPage(QWidget* parent) : QWidget(parent), m_sentence(new QLabel(this)), m_button(new QPushButton(this))
{
    setObjectName(QStringLiteral("emptyPage"));
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    m_sentence->setObjectName(QStringLiteral("emptySentence"));
    m_sentence->setTextFormat(Qt::PlainText);
    m_sentence->setWordWrap(true);
    m_sentence->setAlignment(Qt::AlignCenter);
    m_sentence->setForegroundRole(QPalette::Text);
    QFont larger = font();
    larger.setPointSizeF(larger.pointSizeF() * 1.15);
    m_sentence->setFont(larger);
    m_button->setObjectName(QStringLiteral("emptyButton"));
    m_button->setAutoDefault(false);
    auto* column = new QVBoxLayout(this);
    column->addStretch(1);
    column->addWidget(m_sentence);
    column->addSpacing(8);
    column->addWidget(m_button, 0, Qt::AlignHCenter);
    column->addStretch(1);
    connect(m_button, &QPushButton::clicked, this, &EmptyPage::clicked);
}

void EmptyPage::say(const QString& sentence, const QString& button)
{
    m_sentence->setText(sentence);
    m_button->setText(button);
    m_button->setVisible(!button.isEmpty());
}

} // namespace belfry::desktop
