// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/greeting.h"

#include "client/answer_words.h"
#include "client/api_answers.h"
#include "client/sync_words.h"
#include "client/words.h"
#include "protocol/json.h"

namespace belfry::client {
namespace {

std::string_view viewOf(const QByteArray& bytes)
{
    return {bytes.constData(), static_cast<std::size_t>(bytes.size())};
}

tl::unexpected<Error> wantsTls(int status, QUrl encrypted)
{
    encrypted.setPath({});
    encrypted.setQuery(QString());
    encrypted.setFragment({});
    Error error = errorOf(status, "tls_required", LinkWords::tr("This server wants an encrypted connection."));
    error.field = encrypted.toString(QUrl::RemoveUserInfo).toStdString();
    return tl::unexpected(std::move(error));
}

} // namespace

Result<Greeting> readGreeting(const Result<CallAnswer>& came, const QUrl& address)
{
    if (!came)
        return tl::unexpected(words::told(came.error(), address));
    const bool isPlain = address.scheme() == QLatin1StringView("http");
    const QUrl& elsewhere = came->redirectsTo;
    if (isPlain && elsewhere.scheme() == QLatin1StringView("https") && elsewhere.host() == address.host())
        return wantsTls(came->status, elsewhere);
    if (came->status >= 200 && came->status <= 299) {
        if (const Result<ServerCard> card = readServerCard(*came))
            return Greeting{ServerKind::Belfry, *card};
    } else if (elsewhere.isEmpty()) {
        const Error said = parseError(came->status, viewOf(came->body));
        if (isPlain && said.code == "tls_required") {
            QUrl encrypted = address;
            encrypted.setScheme(QStringLiteral("https"));
            return wantsTls(came->status, encrypted);
        }
        if (said.status == 429 || said.status >= 500)
            return tl::unexpected(errorOf(said.status, said.code, words::lost(said, address)));
        const bool isKeptFromStrangers = said.status == 401 || said.status == 403;
        if (said.status == 404 || (isKeptFromStrangers && parseServerObject(viewOf(came->body))))
            return Greeting{ServerKind::Classic, {}};
    }
    return tl::unexpected(
        errorOf(came->status, "bad_answer",
                LinkWords::tr("There is something at %1, but nothing Belfry can talk to. Please check the address.")
                    .arg(words::place(address))));
}

} // namespace belfry::client
