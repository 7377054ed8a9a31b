// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/access.h"

#include "app/cli/sign_ins.h"
#include "app/cli/terminal.h"
#include "app/cli/token_file.h"
#include "app/process.h"
#include "client/api.h"
#include "client/keychain.h"

#include <QTimer>

namespace belfry::cli {

namespace {

using namespace std::chrono_literals;

constexpr auto patience = 2s;

QString& environmentToken()
{
    static QString token;
    return token;
}

} // namespace

void takeTokenFromEnvironment()
{
    environmentToken() = app::takeSecret("BELFRY_TOKEN").trimmed();
}

QString tokenFromEnvironment()
{
    return environmentToken();
}

Option serverOption(bool isRequired)
{
    return {.name = "server",
            .value = "URL",
            .help = "The server's address",
            .isRequired = isRequired,
            .environment = "BELFRY_SERVER"};
}

Option tokenFileOption()
{
    return {
        .name = "token-file", .value = "FILE", .help = "Read the token there (or BELFRY_TOKEN), not from the keychain"};
}

Option plainHttpOption()
{
    return {.name = "allow-plain-http", .value = {}, .help = "Allow http:// to other machines: unencrypted"};
}

Result<QUrl> serverFor(const Options& options)
{
    QString typed = options.value("server");
    if (typed.isEmpty()) {
        const SignIns signIns;
        if (options.has("token-file"))
            typed = signIns.serverOfTokenFile(options.value("token-file"));
        else if (tokenFromEnvironment().isEmpty())
            typed = signIns.lastServer();
    }
    if (typed.isEmpty())
        typed = QStringLiteral("localhost:8000");
    return client::completedAddress(typed, options.has("allow-plain-http"));
}

Result<QString> givenToken(const Options& options)
{
    if (options.has("token-file"))
        return readTokenFile(options.value("token-file"));
    return tokenFromEnvironment();
}

void findAccess(const Options& options, QObject* context, std::function<void(Result<Access>)> found)
{
    const auto later = [context, found](const Result<Access>& access) {
        QMetaObject::invokeMethod(
            context, [found, access] { found(access); }, Qt::QueuedConnection);
    };
    const Result<QUrl> server = serverFor(options);
    if (!server)
        return later(tl::unexpected(server.error()));
    const Result<QString> token = givenToken(options);
    if (!token)
        return later(tl::unexpected(token.error()));
    if (!token->isEmpty())
        return later(Access{*server, *token});

    const QString entry = SignIns().entryFor(*server);
    const auto signInFirst =
        failure(0, "signed_out",
                QStringLiteral("Not signed in to %1: use belfry login, --token-file or BELFRY_TOKEN.")
                    .arg(server->host())
                    .toStdString());
    if (entry.isEmpty())
        return later(signInFirst);
    auto* const keychain = new client::Keychain(context);
    auto* const asking = new QTimer(keychain);
    asking->setSingleShot(true);
    QObject::connect(asking, &QTimer::timeout, keychain,
                     [] { complain(u"waiting for your keyring (unlock it, or use --token-file)."); });
    asking->start(patience);
    keychain->read(entry, [keychain, found, server = *server, signInFirst](const client::KeychainAnswer& answer) {
        keychain->deleteLater();
        switch (answer.outcome) {
        case client::KeychainOutcome::Found:
            return found(Access{server, answer.secret});
        case client::KeychainOutcome::NotFound:
            return found(signInFirst);
        case client::KeychainOutcome::Unavailable:
            return found(
                failure(0, "no_keychain", (answer.reason + QStringLiteral(" Or use --token-file.")).toStdString()));
        }
    });
}

ExitCode failedCall(const Error& error)
{
    if (error.status == 401)
        return failed(QStringLiteral("%1 Sign in again with belfry login, or give another token.")
                          .arg(QString::fromStdString(error.message)));
    return failed(error);
}

} // namespace belfry::cli
