// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/access.h"
#include "app/cli/compose.h"
#include "app/cli/pipe_text.h"
#include "app/cli/sending.h"
#include "app/cli/terminal.h"
#include "protocol/notification.h"

#include <QCoreApplication>
#include <QTimer>

#include <algorithm>

namespace belfry::cli {

namespace {

Usage usage()
{
    Usage usage{
        .command = "send",
        .operands = {},
        .about = "Sends a notification and prints the server's answer. What a program printed for a terminal is made\n"
                 "to fit first (colours, progress lines, other encodings, over 8,000 characters), which is said on\n"
                 "standard error; --strict sends it as it is.",
        .options = {
            {.name = "title", .value = "TEXT", .help = "What it is about", .isRequired = true},
            {.name = "message", .value = "TEXT", .help = "The text; - reads it from standard input"},
            {.name = "strict", .value = {}, .help = "Change no text: what does not fit is refused"},
            {.name = "skip-empty", .value = {}, .help = "Send nothing where the message is empty"},
            {.name = "timeout", .value = "S", .help = "End with 3 after so many seconds in all"},
            retryOption(),
            {.name = "idempotency-key", .value = "TEXT", .help = "Sent twice with the same key, it arrives once"},
            serverOption(),
            tokenFileOption(),
            plainHttpOption(),
            pinOption()}};
    auto envelope = envelopeOptions();
    usage.options.insert(usage.options.begin(), envelope.front()); // --to
    usage.options.insert(usage.options.begin() + 3, envelope.begin() + 1, envelope.end());
    return usage;
}

/// The text as it is to be sent; what was done to it has been said.
tl::expected<QString, ExitCode> messageOf(const Options& options)
{
    const QString given = options.value("message");
    const bool isPiped = given == QLatin1StringView("-");
    if (options.has("strict")) {
        if (!isPiped)
            return given;
        const Result<QString> read = readAllFromStdin(static_cast<qsizetype>(limits::bodyBytes));
        if (!read)
            return tl::unexpected(failedCall(read.error()));
        QString message = *read;
        if (message.endsWith(u'\n'))
            message.chop(1); // the end of the last line, as every tool writes it
        if (message.endsWith(u'\r'))
            message.chop(1);
        return message;
    }
    PipeText text(limits::message);
    if (isPiped) {
        const Result<void> read = readStdinInto([&text](QByteArrayView bytes) { text.feed(bytes); });
        if (!read)
            return tl::unexpected(failedCall(read.error()));
    } else {
        text.feed(given.toUtf8());
    }
    const PipeText::Cleaned cleaned = text.finish();
    saySo(isPiped ? QStringLiteral("standard input") : QStringLiteral("--message"), cleaned.done);
    return cleaned.text;
}

} // namespace

ExitCode runSend(const QStringList& arguments)
{
    const auto options = Options::parse(usage(), arguments);
    if (!options)
        return options.error();
    if (const Result<QUrl> server = serverFor(*options); !server)
        return options->usageError(QString::fromStdString(server.error().message));
    const QString key = options->value("idempotency-key");
    if (std::any_of(key.begin(), key.end(), [](QChar c) { return c < u' ' || c > u'~'; }))
        return options->usageError(QStringLiteral("--idempotency-key takes printable ASCII only"));
    const auto timeout = options->duration("timeout");
    const auto retry = options->duration("retry");
    if (!timeout || !retry)
        return ExitCode::Usage;
    const auto envelope = envelopeOf(*options);
    if (!envelope)
        return envelope.error();
    QString title = options->value("title");
    if (!options->has("strict")) {
        QStringList done;
        title = cleanedTitle(title, done);
        saySo(QStringLiteral("--title"), done);
    }
    const auto message = messageOf(*options);
    if (!message)
        return message.error();
    if (options->has("skip-empty") && message->trimmed().isEmpty()) {
        complain(u"the message is empty: nothing is sent.");
        return ExitCode::Done;
    }

    Sending sending(*options, {triggerBody(*envelope, title, *message), key, *retry},
                    [](ExitCode code, const QByteArray& answer) {
                        if (code == ExitCode::Done && !print(answer + '\n'))
                            code = ExitCode::Failed;
                        QCoreApplication::exit(static_cast<int>(code));
                    });
    QTimer deadline;
    QObject::connect(&deadline, &QTimer::timeout, &sending, [] {
        complain(u"the time given by --timeout is over: whether it was sent is not known.");
        QCoreApplication::exit(static_cast<int>(ExitCode::TimedOut));
    });
    if (*timeout)
        deadline.start(**timeout);
    QMetaObject::invokeMethod(
        &sending, [&sending] { sending.start(); }, Qt::QueuedConnection);
    return static_cast<ExitCode>(QCoreApplication::exec());
}

} // namespace belfry::cli
