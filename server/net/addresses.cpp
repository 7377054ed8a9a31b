// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/addresses.h"

#include "server/net/listener.h"

#include <QHostAddress>

namespace belfry::server {

namespace {

/// How often a free port is looked for that both have.
constexpr int maxPortTries = 32;

struct Attempt
{
    Listener* listener = nullptr; ///< nothing where it failed
    QAbstractSocket::SocketError error = QAbstractSocket::UnknownSocketError;
    QString errorText;

    bool isMissingAddress() const
    {
        return error == QAbstractSocket::SocketAddressNotAvailableError ||
               error == QAbstractSocket::UnsupportedSocketOperationError;
    }
};

Attempt tryListening(Admission& admission, const QString& address, std::uint16_t port)
{
    Attempt attempt;
    Listener& listener = admission.addListener();
    if (listener.listen(QHostAddress(address), port)) {
        attempt.listener = &listener;
        return attempt;
    }
    attempt.error = listener.serverError();
    attempt.errorText = listener.errorString();
    admission.removeListener(listener);
    return attempt;
}

tl::unexpected<Error> cannotListen(const QString& address, std::uint16_t port, const Attempt& attempt)
{
    const QString where = address.contains(QLatin1Char(':')) ? QStringLiteral("[%1]:%2").arg(address).arg(port)
                                                             : QStringLiteral("%1:%2").arg(address).arg(port);
    QString sentence;
    switch (attempt.error) {
    case QAbstractSocket::AddressInUseError:
        sentence = QStringLiteral("The port is in use: another program listens at %1.").arg(where);
        return failure(500, "address_in_use", sentence.toStdString());
    case QAbstractSocket::SocketAddressNotAvailableError:
        sentence = QStringLiteral("Cannot listen at %1: this machine does not have that address.").arg(where);
        break;
    case QAbstractSocket::SocketAccessError:
        sentence = QStringLiteral("Cannot listen at %1: this needs more rights than the program has.").arg(where);
        break;
    default:
        sentence = QStringLiteral("Cannot listen at %1: %2.").arg(where, attempt.errorText);
        break;
    }
    return failure(500, "cannot_listen", sentence.toStdString());
}

/// Both of them, on one port; the one that the system has, where it has only one.
Result<std::vector<ListenAddress>> listenAtBoth(Admission& admission, const QString& v4, const QString& v6,
                                                std::uint16_t wantedPort)
{
    for (int turn = 0;; ++turn) {
        const Attempt first = tryListening(admission, v4, wantedPort);
        if (!first.listener && !first.isMissingAddress())
            return cannotListen(v4, wantedPort, first);
        const std::uint16_t port = first.listener ? first.listener->serverPort() : wantedPort;
        const Attempt second = tryListening(admission, v6, port);
        std::vector<ListenAddress> listening;
        if (first.listener)
            listening.push_back({v4.toStdString(), port});
        if (second.listener)
            listening.push_back({v6.toStdString(), second.listener->serverPort()});
        if (second.listener || (first.listener && second.isMissingAddress()))
            return listening;
        if (first.listener)
            admission.removeListener(*first.listener);
        const bool mayTryAnother = wantedPort == 0 && second.error == QAbstractSocket::AddressInUseError;
        if (!mayTryAnother || turn == maxPortTries)
            return cannotListen(v6, port, second);
    }
}

} // namespace

Result<std::vector<ListenAddress>> listenAtAll(Admission& admission, const std::vector<ListenAddress>& addresses)
{
    std::vector<ListenAddress> listening;
    for (const ListenAddress& wanted : addresses) {
        const bool isEverywhere = wanted.address == "*";
        if (isEverywhere || wanted.address == "localhost") {
            Result<std::vector<ListenAddress>> both =
                isEverywhere ? listenAtBoth(admission, QStringLiteral("0.0.0.0"), QStringLiteral("::"), wanted.port)
                             : listenAtBoth(admission, QStringLiteral("127.0.0.1"), QStringLiteral("::1"), wanted.port);
            if (!both)
                return both;
            listening.insert(listening.end(), both->begin(), both->end());
            continue;
        }
        const QString address = QString::fromStdString(wanted.address);
        if (QHostAddress(address).isNull())
            return failure(400, "invalid_address",
                           "\"" + wanted.address + "\" is no address to listen at: give a numeric one, or localhost.");
        const Attempt attempt = tryListening(admission, address, wanted.port);
        if (!attempt.listener)
            return cannotListen(address, wanted.port, attempt);
        listening.push_back({wanted.address, attempt.listener->serverPort()});
    }
    if (listening.empty())
        return failure(400, "invalid_address", "There is no address to listen at.");
    return listening;
}

} // namespace belfry::server
