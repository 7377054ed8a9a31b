// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/settings/password_dialog.h"

#include "app/desktop/answers.h"
#include "app/desktop/settings/form.h"

#include <QCheckBox>
#include <QDialogButtonBox>
#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace belfry::desktop {

class PasswordDialog::Parts
{
public:
    Parts(PasswordDialog& dialog, Change change, bool isPlain);

    void say();
    void settle();
    void submit();
    void answered(const Result<void>& answer);

    PasswordDialog& m_dialog;
    Change m_change;
    const bool m_isPlain;
    QLabel *m_what, *m_differ, *m_warning, *m_error;
    form::Line m_earlier, m_password, m_repeat;
    QCheckBox* m_plainAgreed;
    QPushButton* m_ok;
    bool m_isBusy = false;
};

PasswordDialog::Parts::Parts(PasswordDialog& dialog, Change change, bool isPlain)
    : m_dialog(dialog), m_change(std::move(change)), m_isPlain(isPlain),
      m_what(form::sentence(&dialog, "passwordWhat")), m_differ(form::sentence(&dialog, "passwordsDiffer")),
      m_warning(form::sentence(&dialog, "plainWarning")), m_error(form::sentence(&dialog, "passwordError")),
      m_earlier(form::password(&dialog, "oldPassword")), m_password(form::password(&dialog, "newPassword")),
      m_repeat(form::password(&dialog, "repeatPassword")), m_plainAgreed(new QCheckBox(&dialog))
{
    m_plainAgreed->setObjectName(QStringLiteral("plainAgreed"));
    m_warning->setVisible(isPlain);
    m_plainAgreed->setVisible(isPlain);
    QObject::connect(m_plainAgreed, &QCheckBox::toggled, &dialog, [this] { settle(); });
    m_error->hide();
    auto* buttons = new QDialogButtonBox(&dialog);
    m_ok = buttons->addButton(QString(), QDialogButtonBox::AcceptRole);
    m_ok->setObjectName(QStringLiteral("changeButton"));
    m_ok->setDefault(true);
    buttons->addButton(QDialogButtonBox::Cancel)->setAutoDefault(false);
    auto* grid = new QGridLayout;
    int row = 0;
    for (const form::Line& line : {m_earlier, m_password, m_repeat}) {
        grid->addWidget(line.label, row, 0);
        grid->addWidget(line.field, row++, 1);
        QObject::connect(line.field, &QLineEdit::textChanged, &dialog, [this] {
            m_error->hide(); // it was about what stood there before
            settle();
        });
    }
    grid->addWidget(m_differ, row, 1);
    grid->setColumnStretch(1, 1);
    auto* column = new QVBoxLayout(&dialog);
    column->addWidget(m_what);
    column->addLayout(grid);
    column->addWidget(m_warning);
    column->addWidget(m_plainAgreed);
    column->addWidget(m_error);
    column->addStretch(1);
    column->addWidget(buttons);
    dialog.setMinimumWidth(420);
    QObject::connect(m_ok, &QPushButton::clicked, &dialog, [this] { submit(); });
    QObject::connect(buttons, &QDialogButtonBox::rejected, &dialog, &QDialog::reject);
    say();
}

void PasswordDialog::Parts::say()
{
    m_dialog.setWindowTitle(tr("Change password"));
    m_what->setText(tr("Your other computers have to sign in again with the new one. This one stays signed in."));
    m_earlier.label->setText(tr("&Old password:"));
    m_password.label->setText(tr("&New password:"));
    m_password.field->setPlaceholderText(tr("at least 8 characters"));
    m_repeat.label->setText(tr("Once &more:"));
    m_differ->setText(tr("The two passwords differ."));
    m_warning->setText(tr("⚠ The connection to this server is not encrypted: both passwords can be read on the way."));
    m_plainAgreed->setText(tr("Change it &unencrypted all the same"));
    m_ok->setText(tr("C&hange it"));
    settle();
}

void PasswordDialog::Parts::settle()
{
    const bool isSame = m_password.field->text() == m_repeat.field->text();
    m_differ->setVisible(!isSame && m_repeat.field->text().size() >= m_password.field->text().size());
    for (const form::Line& line : {m_earlier, m_password, m_repeat})
        line.field->setEnabled(!m_isBusy);
    m_plainAgreed->setEnabled(!m_isBusy);
    m_ok->setEnabled(!m_isBusy && isSame && (!m_isPlain || m_plainAgreed->isChecked()) &&
                     !m_earlier.field->text().isEmpty() && form::mayBePassword(m_password.field->text()));
    form::grow(m_dialog);
}

void PasswordDialog::Parts::submit()
{
    if (!m_ok->isEnabled())
        return;
    m_isBusy = true;
    m_error->hide();
    settle();
    whenAnswered(m_change(m_earlier.field->text(), m_password.field->text()), &m_dialog,
                 [this](const Result<void>& answer) { answered(answer); });
}

void PasswordDialog::Parts::answered(const Result<void>& answer)
{
    m_isBusy = false;
    settle();
    if (answer) {
        m_dialog.accept();
        return;
    }
    m_error->setText(QStringLiteral("✗ ") + form::sentenceOf(answer.error()));
    m_error->show();
    form::grow(m_dialog);
    QLineEdit* const at = answer.error().field == "old_password" ? m_earlier.field
                          : answer.error().field == "password"   ? m_password.field
                                                                 : nullptr;
    if (at) {
        at->setFocus(Qt::OtherFocusReason);
        at->selectAll();
    } else {
        m_ok->setFocus(Qt::OtherFocusReason);
    }
}

PasswordDialog::PasswordDialog(Change change, bool isPlain, QWidget* parent)
    : QDialog(parent), m_parts(std::make_unique<Parts>(*this, std::move(change), isPlain))
{
    setObjectName(QStringLiteral("passwordDialog"));
}

PasswordDialog::~PasswordDialog() = default;

void PasswordDialog::changeEvent(QEvent* event)
{
    QDialog::changeEvent(event);
    if (event->type() == QEvent::LanguageChange && m_parts)
        m_parts->say();
}

} // namespace belfry::desktop
