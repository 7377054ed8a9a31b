// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/access.h"
#include "app/cli/compose.h"
#include "app/cli/durations.h"
#include "app/cli/pipe_text.h"
#include "app/cli/sending.h"
#include "app/cli/terminal.h"
#include "app/process.h"
#include "protocol/notification.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QProcess>
#include <QStandardPaths>
#include <QSysInfo>

namespace belfry::cli {

namespace {

/// As shells have it.
constexpr int notFound = 127;
constexpr int notExecutable = 126;
constexpr int signalBase = 128;

/// How much of the end of its output goes into the message: what a person reads.
constexpr std::size_t endLength = 4000;

Usage usage()
{
    Usage usage{
        .command = "run",
        .operands = {},
        .about =
            "Runs a command, passes its input, output and signals on, and ends as it ends. Where it fails, sends a\n"
            "notification with its exit code, how long it took, and the end of what it printed.",
        .options = {{.name = "always", .value = {}, .help = "Send one where it goes well, too"},
                    {.name = "title", .value = "TEXT", .help = "What it is about, instead of the command's name"},
                    retryOption(),
                    serverOption(),
                    tokenFileOption(),
                    plainHttpOption(),
                    pinOption()},
        .hasCommand = true};
    const auto envelope = envelopeOptions();
    usage.options.insert(usage.options.begin(), envelope.front()); // --to
    usage.options.insert(usage.options.begin() + 3, envelope.begin() + 1, envelope.end());
    return usage;
}

/// How the command ended.
struct Ending
{
    int code = 0; ///< ours, too
    QString words;
};

/// One run: the command from its start to its end, then the message where one is due.
class CommandRun : public QObject
{
public:
    CommandRun(const Options& options, Envelope envelope, std::optional<std::chrono::milliseconds> retryFor)
        : m_options(options), m_envelope(std::move(envelope)), m_retryFor(retryFor), m_output(limits::message)
    {
        m_process.setInputChannelMode(QProcess::ForwardedInputChannel);
        connect(&m_signals, &app::PassedSignals::arrived, this, &CommandRun::onSignal);
        connect(&m_process, &QProcess::started, this, [this] {
            for (const int number : std::exchange(m_early, {}))
                app::PassedSignals::passOn(m_process, number);
        });
        connect(&m_process, &QProcess::readyReadStandardOutput, this,
                [this] { passOn(QProcess::StandardOutput, stdout); });
        connect(&m_process, &QProcess::readyReadStandardError, this,
                [this] { passOn(QProcess::StandardError, stderr); });
        connect(&m_process, &QProcess::finished, this, [this](int code, QProcess::ExitStatus status) {
            onEnded(status == QProcess::NormalExit
                        ? Ending{code, QStringLiteral("exit code %1").arg(code)}
                        : Ending{signalBase + code, QStringLiteral("ended by signal %1").arg(code)});
        });
        connect(&m_process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
            if (error == QProcess::FailedToStart)
                onEnded(notStarted());
        });
    }

    void start()
    {
        m_time.start();
        app::startAsBefore(m_process, m_options.command().constFirst(), m_options.command().mid(1));
    }

private:
    void onSignal(int number, bool isForAll)
    {
        if (m_process.state() == QProcess::Running) {
            if (!isForAll)
                app::PassedSignals::passOn(m_process, number);
        } else if (m_sending == nullptr) {
            m_early.append(number);
        } else if (app::PassedSignals::asksToEnd(number)) {
            complain(u"stopped: whether the notification was sent is not known.");
            QCoreApplication::exit(m_ending.code);
        }
    }

    void passOn(QProcess::ProcessChannel channel, std::FILE* to)
    {
        m_process.setReadChannel(channel);
        const QByteArray bytes = m_process.readAll();
        m_output.feed(bytes);
        // Where nobody reads it any more the command goes on all the same: what it does counts, not what it says.
        std::fwrite(bytes.constData(), 1, static_cast<std::size_t>(bytes.size()), to);
        std::fflush(to);
    }

    Ending notStarted() const
    {
        const QString program = m_options.command().constFirst();
        const bool isThere =
            program.contains(u'/') ? QFileInfo::exists(program) : !QStandardPaths::findExecutable(program).isEmpty();
        complain(QStringLiteral("%1 cannot be run: %2.")
                     .arg(program, isThere ? QStringLiteral("it is no program, or not for you")
                                           : QStringLiteral("there is no such program")));
        return {isThere ? notExecutable : notFound, QStringLiteral("could not be started")};
    }

    void onEnded(const Ending& ending)
    {
        m_ending = ending;
        if (ending.code == 0 && !m_options.has("always"))
            return QCoreApplication::exit(0);
        if (!m_envelope.rest.contains("type"))
            m_envelope.rest["type"] = ending.code == 0 ? "success" : "error";
        m_sending = std::make_unique<Sending>(
            m_options, Sending::Plan{triggerBody(m_envelope, title(), message()), {}, m_retryFor},
            [this](ExitCode code, const QByteArray&) {
                if (code != ExitCode::Done)
                    complain(u"the notification about this run was not sent.");
                QCoreApplication::exit(m_ending.code);
            });
        m_sending->start();
    }

    QString title() const
    {
        const QString name = QFileInfo(m_options.command().constFirst()).fileName();
        const QString ownWords = m_ending.code == 0 ? QStringLiteral("%1 is done").arg(name)
                                                    : QStringLiteral("%1 failed: %2").arg(name, m_ending.words);
        QStringList done;
        const QString title = cleanedTitle(m_options.value("title", ownWords), done);
        saySo(QStringLiteral("the title"), done);
        return title;
    }

    QString message()
    {
        const QString took = shownDuration(std::chrono::milliseconds(m_time.elapsed()));
        QString message = QStringLiteral("%1: %2 after %3.").arg(QSysInfo::machineHostName(), m_ending.words, took);
        const QString end = m_output.finishEnd(endLength).text;
        if (!end.trimmed().isEmpty())
            message += QStringLiteral("\n\n") + end;
        return message;
    }

    const Options& m_options;
    Envelope m_envelope;
    std::optional<std::chrono::milliseconds> m_retryFor;
    app::PassedSignals m_signals;
    QList<int> m_early; ///< signals from before it ran
    QProcess m_process;
    PipeText m_output;
    QElapsedTimer m_time;
    Ending m_ending;
    std::unique_ptr<Sending> m_sending;
};

} // namespace

ExitCode runRun(const QStringList& arguments)
{
    const auto options = Options::parse(usage(), arguments);
    if (!options)
        return options.error();
    if (const Result<QUrl> server = serverFor(*options); !server)
        return options->usageError(QString::fromStdString(server.error().message));
    const auto retry = options->duration("retry");
    if (!retry)
        return ExitCode::Usage;
    const auto envelope = envelopeOf(*options);
    if (!envelope)
        return envelope.error();
    CommandRun run(*options, *envelope, *retry);
    QMetaObject::invokeMethod(
        &run, [&run] { run.start(); }, Qt::QueuedConnection);
    return static_cast<ExitCode>(QCoreApplication::exec());
}

} // namespace belfry::cli
