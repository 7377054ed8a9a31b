// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/access.h"
#include "app/cli/password_prompt.h"
#include "app/cli/sign_ins.h"
#include "app/cli/terminal.h"
#include "app/cli/token_file.h"
#include "app/process.h"
#include "client/api.h"
#include "client/keychain.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QNetworkAccessManager>
#include <QSysInfo>

namespace belfry::cli {

namespace {

Usage usage()
{
    return {
        .command = "login",
        .operands = {},
        .about = "Signs in to a server. The token goes to the keychain, or to a file where asked;\n"
                 "the password is asked for, or read from the first line of standard input.",
        .options = {serverOption(true),
                    {.name = "user", .value = "NAME", .help = "Who signs in", .isRequired = true},
                    passwordOption(),
                    {.name = "token-file", .value = "FILE", .help = "Keep the token there (0600), not in the keychain"},
                    plainHttpOption(),
                    {.name = "classic",
                     .value = {},
                     .help = "Sign in although it is not a Belfry server: the password goes to it all the same"},
                    pinOption()}};
}

/// One sign-in: who the server is, then the token, then its place.
class Login : public QObject
{
public:
    Login(const Options& options, const QUrl& server, QString password)
        : m_api(&m_network, server), m_server(server), m_user(options.value("user")), m_password(std::move(password)),
          m_tokenFile(options.value("token-file")), m_pin(pinFor(options, server)),
          m_allowsClassic(options.has("classic"))
    {
        m_api.setPin(m_pin);
    }

    void start()
    {
        m_api.greet([this](const Result<client::Greeting>& found) {
            if (!found)
                return refuse(found.error());
            const bool isClassic = found->kind == client::ServerKind::Classic;
            if (isClassic && !m_allowsClassic) {
                complain(QStringLiteral("This is not a Belfry server, so nothing was sent to it. To sign in anyway, "
                                        "say so: --classic."));
                return finish(ExitCode::Failed);
            }
            // A classic backend has no id; its address names it then.
            m_serverId = isClassic ? m_server.toString(QUrl::FullyEncoded) : found->card.id;
            m_api.signIn(m_user, m_password, found->card.takesDeviceName() ? QSysInfo::machineHostName() : QString(),
                         [this](const Result<client::SignIn>& signIn) { onSignIn(signIn); });
            m_password.fill(u'\0');
        });
    }

private:
    void refuse(const Error& error)
    {
        if (error.code != "tls_required")
            return finish(failedCall(error));
        complain(QString::fromStdString(error.message) +
                 QStringLiteral(" Use --server %1.").arg(escaped(QString::fromStdString(error.field))));
        finish(ExitCode::Failed);
    }

    void onSignIn(const Result<client::SignIn>& signIn)
    {
        if (!signIn && signIn.error().status == 401) {
            complain(signIn.error());
            return finish(ExitCode::SignedOut);
        }
        if (!signIn)
            return finish(failedCall(signIn.error()));
        m_signIn = *signIn;
        m_api.setToken(m_signIn.key.token);
        SignIns signIns;
        signIns.rememberPin(m_server, m_pin);
        if (!m_tokenFile.isEmpty()) {
            if (const Result<void> written = writeTokenFile(m_tokenFile, m_signIn.key.token); !written)
                return giveBack(QString::fromStdString(written.error().message));
            signIns.rememberTokenFile(m_tokenFile, m_server);
            return welcome();
        }
        const QString entry = client::keychainEntry(signIns.installationId(), m_serverId, m_signIn.userId,
                                                    m_server.toString(QUrl::FullyEncoded));
        m_keychain.write(entry, m_signIn.key.token, [this, entry](const client::KeychainAnswer& answer) {
            if (answer.outcome != client::KeychainOutcome::Found)
                return giveBack(answer.reason + QStringLiteral(" Or keep the token in a file: --token-file FILE."));
            SignIns().remember(m_server, entry);
            welcome();
        });
    }

    /// A token that cannot be kept is ended at once: nobody else could.
    void giveBack(const QString& reason)
    {
        complain(reason);
        m_api.signOut([this](const Result<void>&) { finish(ExitCode::Failed); });
    }

    void welcome()
    {
        QString line = QStringLiteral("Signed in to %1 as %2 (%3)")
                           .arg(m_server.toString(), escaped(m_signIn.userName),
                                QString::fromUtf8(toString(m_signIn.role).data()));
        if (m_signIn.key.expiresAt != Time{})
            line += QStringLiteral(", until %1").arg(QString::fromStdString(formatTime(m_signIn.key.expiresAt)));
        finish(printLine(line) ? ExitCode::Done : ExitCode::Failed);
    }

    void finish(ExitCode code) { QCoreApplication::exit(static_cast<int>(code)); }

    QNetworkAccessManager m_network;
    client::Api m_api;
    client::Keychain m_keychain;
    QUrl m_server;
    QString m_serverId;
    QString m_user;
    QString m_password;
    QString m_tokenFile;
    QString m_pin;
    bool m_allowsClassic;
    client::SignIn m_signIn;
};

} // namespace

ExitCode runLogin(const QStringList& arguments)
{
    const auto options = Options::parse(usage(), arguments);
    if (!options)
        return options.error();
    const Result<QUrl> server = serverFor(*options);
    if (!server)
        return options->usageError(QString::fromStdString(server.error().message));
    if (!app::hasFolders("XDG_CONFIG_HOME"))
        return options->usageError(QStringLiteral("HOME is not set: there is no place to keep a sign-in"));
    const auto password = knownPassword(*options);
    if (!password)
        return password.error();
    Login login(*options, *server, *password);
    QMetaObject::invokeMethod(
        &login, [&login] { login.start(); }, Qt::QueuedConnection);
    return static_cast<ExitCode>(QCoreApplication::exec());
}

} // namespace belfry::cli
