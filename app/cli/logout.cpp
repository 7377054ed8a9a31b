// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/access.h"
#include "app/cli/sign_ins.h"
#include "app/cli/terminal.h"
#include "client/api.h"
#include "client/keychain.h"

#include <QCoreApplication>
#include <QFile>
#include <QNetworkAccessManager>

namespace belfry::cli {

namespace {

Usage usage()
{
    return {.command = "logout",
            .operands = {},
            .about = "Ends the session on the server and forgets the token here.",
            .options = {serverOption(), tokenFileOption(), plainHttpOption(), pinOption()}};
}

class Logout : public QObject
{
public:
    explicit Logout(const Options& options) : m_options(options) {}

    void start()
    {
        findAccess(m_options, this, [this](const Result<Access>& access) {
            if (!access)
                return finish(failedCall(access.error()));
            m_server = access->server;
            m_api = std::make_unique<client::Api>(&m_network, access->server);
            m_api->setPin(access->pin);
            m_api->setToken(access->token);
            m_api->signOut([this](const Result<void>& answer) { forget(answer); });
        });
    }

private:
    /// Forgotten in any case: who signs out wants the token gone from here. A 401 means that it had ended already.
    void forget(const Result<void>& answer)
    {
        const bool isEnded = answer || answer.error().status == 401;
        if (!isEnded) {
            complain(QStringLiteral("%1 The token is forgotten here, but holds on the server until it expires.")
                         .arg(QString::fromStdString(answer.error().message)));
        }
        const ExitCode code = isEnded ? ExitCode::Done : exitCodeOf(answer.error());
        SignIns signIns;
        if (m_options.has("token-file")) {
            const QString path = m_options.value("token-file");
            signIns.forgetTokenFile(path);
            if (!QFile::remove(path))
                return finish(failed(QStringLiteral("The token file %1 cannot be removed.").arg(path)));
            return finish(code);
        }
        if (!tokenFromEnvironment().isEmpty())
            return finish(code);
        m_keychain.remove(signIns.entryFor(m_server), [this, code](const client::KeychainAnswer& removed) {
            if (removed.outcome == client::KeychainOutcome::Unavailable)
                return finish(failed(removed.reason));
            SignIns().forget(m_server);
            finish(code);
        });
    }

    void finish(ExitCode code) { QCoreApplication::exit(static_cast<int>(code)); }

    const Options& m_options;
    QNetworkAccessManager m_network;
    std::unique_ptr<client::Api> m_api;
    client::Keychain m_keychain;
    QUrl m_server;
};

} // namespace

ExitCode runLogout(const QStringList& arguments)
{
    const auto options = Options::parse(usage(), arguments);
    if (!options)
        return options.error();
    if (const Result<QUrl> server = serverFor(*options); !server)
        return options->usageError(QString::fromStdString(server.error().message));
    Logout logout(*options);
    QMetaObject::invokeMethod(
        &logout, [&logout] { logout.start(); }, Qt::QueuedConnection);
    return static_cast<ExitCode>(QCoreApplication::exec());
}

} // namespace belfry::cli
