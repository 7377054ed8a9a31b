// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/history/trouble_bars.h"

#include "app/desktop/history/notice_bar.h"
#include "app/desktop/screen_text.h"

#include <QEvent>
#include <QVBoxLayout>

namespace belfry::desktop {
namespace {

constexpr int longestSentence = 400;

QString remedyText(ShellTrouble::Remedy remedy)
{
    switch (remedy) {
    case ShellTrouble::Remedy::TryAgain:
        return TroubleBars::tr("&Try again");
    case ShellTrouble::Remedy::UseAnotherPort:
        return TroubleBars::tr("Use another &port");
    case ShellTrouble::Remedy::SignIn:
        return TroubleBars::tr("S&ign in…");
    case ShellTrouble::Remedy::None:
        break;
    }
    return {};
}

} // namespace

TroubleBars::TroubleBars(QWidget* parent)
    : QWidget(parent), m_link(new NoticeBar(QStringLiteral("offlineBar"), this)),
      m_shell(new NoticeBar(QStringLiteral("troubleBar"), this)),
      m_fault(new NoticeBar(QStringLiteral("faultBar"), this))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    for (NoticeBar* bar : {m_link, m_shell, m_fault})
        column->addWidget(bar);
    connect(m_link, &NoticeBar::clicked, this, [this] {
        if (m_line.barAction)
            Q_EMIT actionRequested(*m_line.barAction);
    });
    connect(m_shell, &NoticeBar::clicked, this, [this] { choose(m_trouble.first); });
    connect(m_shell, &NoticeBar::secondClicked, this, [this] { choose(m_trouble.second); });
    connect(m_fault, &NoticeBar::clicked, this, [this] { setTestFault({}); });
}

void TroubleBars::setLink(const LinkLine& line)
{
    m_line = line;
    m_link->say(line.bar, line.barAction ? actionText(*line.barAction) : QString());
}

void TroubleBars::setShellTrouble(const ShellTrouble& trouble)
{
    m_trouble = trouble;
    say();
}

void TroubleBars::setInboxFault(const QString& sentence)
{
    m_inboxFault = sentence;
    say();
}

void TroubleBars::setTestFault(const QString& sentence)
{
    m_testFault = sentence;
    say();
}

void TroubleBars::say()
{
    m_shell->say(screen::line(m_trouble.sentence, longestSentence), remedyText(m_trouble.first),
                 remedyText(m_trouble.second));
    QStringList faults;
    for (const QString& fault : {m_inboxFault, m_testFault})
        if (!fault.isEmpty())
            faults << screen::line(fault, longestSentence);
    m_fault->say(faults.join(QLatin1Char(' ')), m_testFault.isEmpty() ? QString() : tr("&Hide"));
}

void TroubleBars::choose(ShellTrouble::Remedy remedy)
{
    if (remedy == ShellTrouble::Remedy::SignIn)
        Q_EMIT signInRequested();
    else
        Q_EMIT remedyChosen(remedy);
}

void TroubleBars::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LanguageChange)
        say();
}

} // namespace belfry::desktop
