// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/history/link_words.h"

#include <QString>
#include <QWidget>

namespace belfry::desktop {

class NoticeBar;

/// A trouble that is not the client's own (the local server's), and what can be done about it.
struct ShellTrouble
{
    enum class Remedy { None, TryAgain, UseAnotherPort, SignIn };
    QString sentence; ///< empty: there is none
    Remedy first = Remedy::None;
    Remedy second = Remedy::None;
};

/// The thin bars above the list, each there only while there is something to say: the link is away, the local server is
/// in trouble, the history can't be written or the test message was not sent. Thread: GUI.
class TroubleBars : public QWidget
{
    Q_OBJECT
public:
    explicit TroubleBars(QWidget* parent = nullptr);

    /// What its `bar` says. Empty sentences, here and below: there is nothing to say (any more).
    void setLink(const LinkLine& line);
    void setShellTrouble(const ShellTrouble& trouble);
    void setInboxFault(const QString& sentence);
    /// Stays until the person hides it or the next one is sent.
    void setTestFault(const QString& sentence);

Q_SIGNALS:
    void signInRequested();
    void actionRequested(belfry::desktop::LinkAction action);
    void remedyChosen(belfry::desktop::ShellTrouble::Remedy remedy);

protected:
    void changeEvent(QEvent* event) override;

private:
    void say();
    void choose(ShellTrouble::Remedy remedy);

    NoticeBar* m_link;
    NoticeBar* m_shell;
    NoticeBar* m_fault;
    LinkLine m_line;
    ShellTrouble m_trouble;
    QString m_inboxFault;
    QString m_testFault;
};

} // namespace belfry::desktop
