// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/access.h"

#include "app/cli/sign_ins.h"
#include "app/cli/terminal.h"
#include "app/cli/token_file.h"
#include "app/process.h"
#include "client/api.h"
#include "client/keychain.h"
#include "client/pin.h"

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
    environmentToken() = tokenIn(app::takeSecret("BELFRY_TOKEN"));
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

Option pinOption()
{
    return {.name = "pin", .value = "PIN", .help = "The server's pin, as belfry pin prints it there: it alone decides"};
}

Result<QString> givenPin(const Options& options)
{
    return options.has("pin") ? client::pinFrom(options.value("pin")) : QString();
}

QString pinFor(const Options& options, const QUrl& server)
{
    const QString given = givenPin(options).value_or(QString());
    return given.isEmpty() ? SignIns().pinOf(server) : given;
}

Result<QUrl> serverFor(const Options& options)
{
    const Result<QString> pin = givenPin(options);
    if (!pin)
        return tl::unexpected(pin.error());

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
    return client::completedAddress(typed, options.has("allow-plain-http"), *pin);
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
    const QString pin = pinFor(options, *server);
    if (!token->isEmpty())
        return later(Access{*server, pin, *token});

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
    keychain->read(entry, [keychain, found, server = *server, pin, signInFirst](const client::KeychainAnswer& answer) {
        keychain->deleteLater();
        switch (answer.outcome) {
        case client::KeychainOutcome::Found:
            return found(Access{server, pin, answer.secret});
        case client::KeychainOutcome::NotFound:
            return found(signInFirst);
        case client::KeychainOutcome::Unavailable:
            return found(
                failure(0, "no_keychain", (answer.reason + QStringLiteral(" Or use --token-file.")).toStdString()));
        }
    });
}

QString sentenceOf(const Error& error)
{
    const QString sentence = QString::fromStdString(error.message);
    if (error.status == 401)
        return sentence + QStringLiteral(" Sign in again with belfry login, or give another token.");
    if (error.code == "certificate" && !error.field.empty())
        return QStringLiteral("%1 Compare it with what belfry pin prints at the server, and only if they are the "
                              "same, give --pin %2.")
            .arg(sentence, QString::fromStdString(error.field));
    return sentence;
}

ExitCode failedCall(const Error& error)
{
    complain(sentenceOf(error));
    return exitCodeOf(error);
}

} // namespace belfry::cli
