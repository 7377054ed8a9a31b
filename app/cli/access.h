// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/options.h"
#include "protocol/result.h"

#include <QObject>
#include <QString>
#include <QUrl>

#include <functional>

namespace belfry::cli {

/// Which server, and the token that goes to it alone.
struct Access
{
    QUrl server;
    QString pin; ///< of the server (client/pin.h); empty: the system's authorities decide
    QString token;
};

/// Takes `BELFRY_TOKEN` out of the environment and keeps it for this run. The first thing main does.
void takeTokenFromEnvironment();
/// What it held; empty where it was not set.
QString tokenFromEnvironment();

/// The options by which every command that speaks to a server finds it.
Option serverOption(bool isRequired = false);
Option tokenFileOption();
Option plainHttpOption();
Option pinOption();

/// --pin, in its one form; empty where it is not given. 400 where it is no pin.
Result<QString> givenPin(const Options& options);
/// --pin, else the one kept with the sign-in at this server.
QString pinFor(const Options& options, const QUrl& server);

/// --server or BELFRY_SERVER; else where the token in use was made for (the token file, the last sign-in); else
/// localhost:8000.
Result<QUrl> serverFor(const Options& options);

/// The token of --token-file or BELFRY_TOKEN; empty where neither is given; an Error where the file cannot be used.
Result<QString> givenToken(const Options& options);

/// Finds server and token: as given, else the keychain's for that server. Answers once, later, while `context` lives.
void findAccess(const Options& options, QObject* context, std::function<void(Result<Access>)> found);

/// The sentence of an error of a call, with what to do about a refused token or certificate.
QString sentenceOf(const Error& error);
/// That sentence on stderr, and the code it comes to.
ExitCode failedCall(const Error& error);

} // namespace belfry::cli
