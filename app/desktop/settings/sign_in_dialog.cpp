// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/settings/sign_in_dialog.h"

#include "app/desktop/answers.h"
#include "app/desktop/history/tones.h"
#include "app/desktop/screen_text.h"
#include "app/desktop/settings/form.h"
#include "app/desktop/settings/sign_in_calls.h"
#include "client/invite_link.h"

#include <QCheckBox>
#include <QDialogButtonBox>
#include <QEvent>
#include <QGridLayout>
#include <QHostAddress>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QRadioButton>
#include <QScrollArea>
#include <QTimer>
#include <QUrl>
#include <QVBoxLayout>

#include <algorithm>
#include <chrono>

namespace belfry::desktop {

using namespace std::chrono_literals;

bool isPlainHttpElsewhere(const QString& typedAddress)
{
    const QString typed = typedAddress.trimmed();
    if (!typed.startsWith(QLatin1String("http://"), Qt::CaseInsensitive))
        return false;
    const QString host = QUrl(typed).host().toLower();
    if (host.isEmpty() || host == QLatin1String("localhost") || host.endsWith(QLatin1String(".localhost")))
        return false;
    return !QHostAddress(host).isLoopback();
}

namespace {

SignInCalls callsOf(client::Client& client)
{
    return {
        [&client](const QString& address, bool plain, const QString& pin) { return client.probe(address, plain, pin); },
        [&client](const client::SignInPlace& where, const QString& name, const QString& password, bool sessionOnly) {
            return client.signIn(where, name, password, sessionOnly);
        },
        [&client](const client::SignInPlace& where, const QString& key, bool sessionOnly) {
            return client.signInWithKey(where, key, sessionOnly);
        }};
}

} // namespace

class SignInDialog::Parts
{
public:
    enum class Found { Nothing, Looking, Belfry, Classic, Missing };

    Parts(SignInDialog& dialog, SignInCalls calls);

    void say();
    void sayAddress();
    void settle();
    void typed();
    void look();
    void lookAtInvite();
    void submit();
    void stopWaiting();
    void refused(const Error& error);
    bool isAboutPin(const Error& error);
    bool isAboutEncryption(const Error& error);
    void askAboutClassic();
    bool isPlain() const { return isPlainHttpElsewhere(address()); }
    QString confirmedPin() const { return m_samePin->isChecked() ? m_shownPin : QString(); }
    QString address() const { return m_address->text().trimmed(); }
    bool isComplete() const;

    SignInDialog& m_dialog;
    SignInCalls m_calls;
    QLabel *m_addressLabel, *m_nameLabel, *m_passwordLabel, *m_keyLabel, *m_pinLabel;
    QLineEdit *m_address, *m_name, *m_password, *m_key, *m_pin;
    QLabel *m_found, *m_warning, *m_error, *m_progressLabel;
    QRadioButton *m_byPassword, *m_byKey;
    QCheckBox *m_sessionOnly, *m_samePin, *m_plainAgreed;
    QProgressBar* m_progress;
    QPushButton *m_signIn, *m_cancel, *m_encrypt;
    QTimer m_pause;
    Found m_state = Found::Nothing;
    QString m_foundName;
    QString m_missing;
    QString m_shownPin;  ///< of a certificate that nothing vouches for; empty: none was shown
    QString m_encrypted; ///< the address that the server wants to be reached at instead; empty: none
    bool m_allowsClassic = false;
    quint64 m_probe = 0;
    quint64 m_attempt = 0;
    QFuture<Result<client::Connection>> m_running;
    bool m_isBusy = false;
};

SignInDialog::Parts::Parts(SignInDialog& dialog, SignInCalls calls) : m_dialog(dialog), m_calls(std::move(calls))
{
    const auto label = [&](const char* name) {
        QLabel* const made = form::sentence(&dialog, name);
        made->hide();
        return made;
    };
    const auto take = [](const form::Line& made, QLabel*& its) {
        its = made.label;
        return made.field;
    };
    m_address = take(form::line(&dialog, "address"), m_addressLabel);
    m_name = take(form::line(&dialog, "userName"), m_nameLabel);
    m_password = take(form::password(&dialog, "password"), m_passwordLabel);
    m_key = take(form::password(&dialog, "accessKey"), m_keyLabel);
    m_address->setInputMethodHints(Qt::ImhUrlCharactersOnly | Qt::ImhNoPredictiveText);
    m_pin = take(form::pin(&dialog, "serverPin"), m_pinLabel);
    m_samePin = new QCheckBox(&dialog);
    m_samePin->setObjectName(QStringLiteral("samePin"));
    m_encrypt = new QPushButton(&dialog);
    m_encrypt->setObjectName(QStringLiteral("useEncrypted"));
    m_encrypt->setAutoDefault(false);
    m_plainAgreed = new QCheckBox(&dialog);
    m_plainAgreed->setObjectName(QStringLiteral("plainAgreed"));
    m_found = label("addressState");
    m_warning = label("plainWarning");
    m_error = label("signInError");
    m_error->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_progressLabel = label("progressText");
    m_byPassword = new QRadioButton(&dialog);
    m_byPassword->setObjectName(QStringLiteral("byPassword"));
    m_byKey = new QRadioButton(&dialog);
    m_byKey->setObjectName(QStringLiteral("byKey"));
    m_byPassword->setChecked(true);
    m_sessionOnly = new QCheckBox(&dialog);
    m_sessionOnly->setObjectName(QStringLiteral("sessionOnly"));
    m_progress = new QProgressBar(&dialog);
    m_progress->setRange(0, 0);
    m_progress->setTextVisible(false);
    m_progress->hide();
    auto* buttons = new QDialogButtonBox(&dialog);
    m_signIn = buttons->addButton(QString(), QDialogButtonBox::AcceptRole);
    m_signIn->setObjectName(QStringLiteral("signInButton"));
    m_signIn->setDefault(true);
    m_cancel = buttons->addButton(QDialogButtonBox::Cancel);
    m_cancel->setAutoDefault(false);

    // A grid, not a form: a form of Qt 6.4 loses rows where one of them wraps its words.
    auto* grid = new QGridLayout;
    int row = 0;
    const auto add = [&](QWidget* label, QWidget* field) {
        if (label)
            grid->addWidget(label, row, 0);
        grid->addWidget(field, row++, 1);
    };
    add(m_addressLabel, m_address);
    add(nullptr, m_found);
    grid->addWidget(m_encrypt, row++, 1, Qt::AlignLeading);
    add(m_pinLabel, m_pin);
    add(nullptr, m_samePin);
    add(nullptr, m_byPassword);
    add(nullptr, m_byKey);
    add(m_nameLabel, m_name);
    add(m_passwordLabel, m_password);
    add(m_keyLabel, m_key);
    add(nullptr, m_sessionOnly);
    grid->setColumnStretch(1, 1);
    auto* asked = new QVBoxLayout;
    asked->addLayout(grid);
    asked->addWidget(m_warning);
    asked->addWidget(m_plainAgreed);
    asked->addStretch(1);
    auto* column = new QVBoxLayout(&dialog);
    column->addWidget(form::scrolling(dialog, asked), 1);
    column->addWidget(m_error);
    column->addWidget(m_progressLabel);
    column->addWidget(m_progress);
    column->addWidget(buttons);
    dialog.setMinimumWidth(460);
    // As they stand on screen, whatever the order in which they are made. The buttons come last by themselves; put
    // before their box, which passes the focus on to the first of them, they would be a trap.
    QWidget* before = m_address;
    for (QWidget* next : std::initializer_list<QWidget*>{m_encrypt, m_pin, m_samePin, m_byPassword, m_byKey, m_name,
                                                         m_password, m_key, m_sessionOnly, m_plainAgreed}) {
        QWidget::setTabOrder(before, next);
        before = next;
    }

    m_pause.setSingleShot(true);
    m_pause.setInterval(400ms);
    QObject::connect(&m_pause, &QTimer::timeout, &dialog, [this] { look(); });
    QObject::connect(m_address, &QLineEdit::textChanged, &dialog, [this] { typed(); });
    for (QLineEdit* line : {m_name, m_password, m_key})
        QObject::connect(line, &QLineEdit::textChanged, &dialog, [this] {
            m_error->hide(); // it was about what stood there before
            settle();
        });
    QObject::connect(m_plainAgreed, &QCheckBox::toggled, &dialog, [this] { settle(); });
    QObject::connect(m_encrypt, &QPushButton::clicked, &dialog, [this] {
        m_address->setText(QString(m_encrypted));
        (m_byKey->isChecked() ? m_key : m_password)->setFocus(Qt::OtherFocusReason);
        look();
    });
    QObject::connect(m_samePin, &QCheckBox::toggled, &dialog, [this](bool isSame) {
        if (isSame)
            look();
        settle();
    });
    QObject::connect(m_byKey, &QRadioButton::toggled, &dialog, [this] { settle(); });
    QObject::connect(m_signIn, &QPushButton::clicked, &dialog, [this] { submit(); });
    QObject::connect(m_cancel, &QPushButton::clicked, &dialog, &QDialog::reject);
    say();
}

void SignInDialog::Parts::say()
{
    m_dialog.setWindowTitle(tr("Sign in"));
    m_addressLabel->setText(tr("Server &address:"));
    m_address->setPlaceholderText(tr("for example office.lan:8000, or an invite link"));
    m_byPassword->setText(tr("I have a name and a pass&word"));
    m_byKey->setText(tr("I have an access &key"));
    m_nameLabel->setText(tr("&Name:"));
    m_passwordLabel->setText(tr("&Password:"));
    m_keyLabel->setText(tr("Access ke&y:"));
    m_key->setPlaceholderText(tr("paste it here"));
    m_pinLabel->setText(tr("P&in of the server:"));
    m_samePin->setText(tr("I have compared them: &they are the same"));
    m_sessionOnly->setText(tr("Only for this s&ession"));
    m_sessionOnly->setToolTip(tr("Nothing is kept in your keyring: you sign in again at the next start."));
    m_sessionOnly->setAccessibleDescription(m_sessionOnly->toolTip());
    m_warning->setText(tr("⚠ This address begins with http://: what you type and every message can be read on the way. "
                          "Use it only in a network you trust."));
    m_plainAgreed->setText(tr("Sign in &unencrypted all the same"));
    m_progressLabel->setText(tr("Signing in …"));
    m_progress->setAccessibleName(tr("Signing in"));
    m_signIn->setText(tr("&Sign in"));
    sayAddress();
    settle();
}

void SignInDialog::Parts::sayAddress()
{
    QString text;
    switch (m_state) {
    case Found::Nothing:
        break;
    case Found::Looking:
        text = tr("Looking for it …");
        break;
    case Found::Belfry:
        text = tr("✓ Reachable: %1").arg(screen::isolated(m_foundName, 60));
        break;
    case Found::Classic:
        text = tr("This is not a Belfry server: some things will not be there.");
        break;
    case Found::Missing:
        text = QStringLiteral("✗ ") + m_missing;
        break;
    }
    m_found->setText(text);
    m_found->setVisible(!text.isEmpty());
    m_encrypt->setText(tr("&Use %1").arg(screen::label(m_encrypted, 80)));
    m_encrypt->setVisible(!m_encrypted.isEmpty());
    form::grow(m_dialog);
}

bool SignInDialog::Parts::isComplete() const
{
    return !address().isEmpty() && !client::isInviteLink(address()) &&
           (m_shownPin.isEmpty() || m_samePin->isChecked()) && m_encrypted.isEmpty() &&
           (!isPlain() || m_plainAgreed->isChecked()) &&
           (m_byKey->isChecked() ? !m_key->text().trimmed().isEmpty()
                                 : !m_name->text().trimmed().isEmpty() && !m_password->text().isEmpty());
}

void SignInDialog::Parts::settle()
{
    const bool byKey = m_byKey->isChecked();
    for (QWidget* widget : std::initializer_list<QWidget*>{m_nameLabel, m_name, m_passwordLabel, m_password})
        widget->setVisible(!byKey);
    m_keyLabel->setVisible(byKey);
    m_key->setVisible(byKey);
    m_pin->setText(form::bare(m_shownPin));
    m_pin->setCursorPosition(0);
    for (QWidget* widget : std::initializer_list<QWidget*>{m_pinLabel, m_pin, m_samePin})
        widget->setVisible(!m_shownPin.isEmpty());
    // What is wanted encrypted is not to be sent otherwise, whatever the person says.
    const bool isPlainOffered = isPlain() && m_encrypted.isEmpty();
    m_warning->setVisible(isPlainOffered);
    m_plainAgreed->setVisible(isPlainOffered);
    for (QWidget* widget : std::initializer_list<QWidget*>{m_address, m_name, m_password, m_key, m_byPassword, m_byKey,
                                                           m_sessionOnly, m_samePin, m_plainAgreed, m_encrypt})
        widget->setEnabled(!m_isBusy);
    m_signIn->setEnabled(!m_isBusy && isComplete());
    m_progress->setVisible(m_isBusy);
    m_progressLabel->setVisible(m_isBusy);
    form::grow(m_dialog);
}

void SignInDialog::Parts::typed()
{
    ++m_probe; // whatever is under way is about another address
    m_state = Found::Nothing;
    m_shownPin.clear();
    m_encrypted.clear();
    m_samePin->setChecked(false);
    m_plainAgreed->setChecked(false);
    m_allowsClassic = false;
    m_error->hide();
    m_pause.start();
    sayAddress();
    settle();
}

void SignInDialog::Parts::look()
{
    if (address().isEmpty())
        return;
    const quint64 probe = ++m_probe;
    if (client::isInviteLink(address()))
        return lookAtInvite();
    m_state = Found::Looking;
    sayAddress();
    whenAnswered(m_calls.probe(address(), isPlain(), confirmedPin()), &m_dialog,
                 [this, probe](const Result<client::Client::Probe>& answer) {
                     if (probe != m_probe)
                         return;
                     if (!answer && (isAboutPin(answer.error()) || isAboutEncryption(answer.error())))
                         return;
                     if (!answer) {
                         m_state = Found::Missing;
                         m_missing = form::sentenceOf(answer.error());
                     } else {
                         const client::Connection& found = answer->connection;
                         m_state = found.kind == client::ServerKind::Belfry ? Found::Belfry : Found::Classic;
                         m_foundName = found.serverName.isEmpty() ? found.address.host() : found.serverName;
                     }
                     sayAddress();
                 });
}

/// An invite was pasted: who has one joins, which is another form.
void SignInDialog::Parts::lookAtInvite()
{
    const Result<client::InviteLink> link = client::readInviteLink(address());
    if (link) {
        m_dialog.close();
        Q_EMIT m_dialog.inviteGiven(address());
        return;
    }
    m_state = Found::Missing;
    m_missing = form::sentenceOf(link.error());
    sayAddress();
}

void SignInDialog::Parts::submit()
{
    if (m_isBusy || !isComplete())
        return;
    m_isBusy = true;
    m_error->hide();
    settle();
    m_cancel->setFocus(Qt::OtherFocusReason);
    const quint64 attempt = ++m_attempt;
    const client::SignInPlace where{address(), confirmedPin(), isPlain() && m_plainAgreed->isChecked(),
                                    m_allowsClassic};
    m_running = m_byKey->isChecked()
                    ? m_calls.signInWithKey(where, m_key->text().trimmed(), m_sessionOnly->isChecked())
                    : m_calls.signIn(where, m_name->text().trimmed(), m_password->text(), m_sessionOnly->isChecked());
    whenAnswered(m_running, &m_dialog, [this, attempt](const Result<client::Connection>& answer) {
        if (attempt != m_attempt)
            return;
        m_isBusy = false;
        settle();
        if (answer) {
            m_password->clear();
            m_key->clear();
            m_dialog.accept();
        } else {
            refused(answer.error());
        }
    });
}

/// Shows the pin of a certificate that neither an authority nor a known pin vouches for: until the person has compared
/// it nothing is sent.
bool SignInDialog::Parts::isAboutPin(const Error& error)
{
    if (error.code != "certificate" || error.field.empty())
        return false;
    m_shownPin = screen::line(QString::fromStdString(error.field), 100);
    m_samePin->setChecked(false);
    m_state = Found::Missing;
    m_missing =
        tr("The identity of this server can't be confirmed. Compare its pin with the one in its own Settings under "
           "Local server (or by “belfry pin”), or ask who runs it. If they differ, or you have signed in here before, "
           "somebody may be posing as it: do not go on.");
    sayAddress();
    settle();
    return true;
}

/// Offers the address that the server itself wants; nothing goes to the one that was typed.
bool SignInDialog::Parts::isAboutEncryption(const Error& error)
{
    if (error.code != "tls_required" || error.field.empty())
        return false;
    m_encrypted = screen::line(QString::fromStdString(error.field), 300);
    m_state = Found::Missing;
    m_missing = form::sentenceOf(error);
    sayAddress();
    settle();
    return true;
}

void SignInDialog::Parts::askAboutClassic()
{
    const QString where = screen::isolated(address(), 80);
    form::ask(&m_dialog,
              {"classicQuestion", tr("Sign in"), tr("This is not a Belfry server. Sign in anyway?"),
               m_byKey->isChecked() ? tr("Your access key is sent to %1.").arg(where)
                                    : tr("Your name and your password are sent to %1.").arg(where),
               tr("&Sign in anyway")},
              [this] {
                  m_allowsClassic = true;
                  submit();
              });
}

void SignInDialog::Parts::refused(const Error& error)
{
    if (isAboutPin(error)) {
        m_samePin->setFocus(Qt::OtherFocusReason);
        return;
    }
    if (isAboutEncryption(error)) {
        m_encrypt->setFocus(Qt::OtherFocusReason);
        return;
    }
    if (error.code == "not_belfry" && !m_allowsClassic)
        return askAboutClassic();
    m_error->setText(QStringLiteral("✗ ") + form::sentenceOf(error));
    m_error->show();
    form::grow(m_dialog);
    const bool isSecretAtFault = error.status == 401 || error.status == 403 || error.status == 429;
    QLineEdit* at = !isSecretAtFault ? m_address : m_byKey->isChecked() ? m_key : m_password;
    at->setFocus(Qt::OtherFocusReason);
    at->selectAll();
}

void SignInDialog::Parts::stopWaiting()
{
    ++m_attempt;
    m_running.cancel();
    m_isBusy = false;
    settle();
    m_signIn->setFocus(Qt::OtherFocusReason);
}

SignInDialog::SignInDialog(client::Client& client, QWidget* parent) : SignInDialog(callsOf(client), parent)
{
    setSessionOnly(client.status().state == client::LinkState::WaitingForKeyring);
}

SignInDialog::SignInDialog(SignInCalls calls, QWidget* parent)
    : QDialog(parent), m_parts(std::make_unique<Parts>(*this, std::move(calls)))
{
    setObjectName(QStringLiteral("signInDialog"));
}

SignInDialog::~SignInDialog() = default;

void SignInDialog::prefill(const client::Connection& connection)
{
    m_parts->m_address->setText(connection.address.toString(QUrl::RemoveUserInfo | QUrl::StripTrailingSlash));
    m_parts->m_byKey->setChecked(connection.kind == client::ServerKind::Classic);
    m_parts->m_name->setText(screen::line(connection.userName));
    (m_parts->m_byKey->isChecked() ? m_parts->m_key : m_parts->m_password)->setFocus(Qt::OtherFocusReason);
}

void SignInDialog::setSessionOnly(bool isSessionOnly)
{
    m_parts->m_sessionOnly->setChecked(isSessionOnly);
}

void SignInDialog::reject()
{
    if (m_parts->m_isBusy)
        m_parts->stopWaiting();
    else
        QDialog::reject();
}

void SignInDialog::changeEvent(QEvent* event)
{
    QDialog::changeEvent(event);
    if (event->type() == QEvent::LanguageChange && m_parts)
        m_parts->say();
}

} // namespace belfry::desktop
