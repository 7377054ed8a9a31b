// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/process.h"

#include <QProcess>
#include <QSocketNotifier>

#include <fcntl.h>
#include <langinfo.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <clocale>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <optional>

namespace belfry::app {

namespace {

/// How the process was before prepareProcess().
struct Before
{
    mode_t mask = 0;
    rlimit core{};
    struct sigaction fileSize = {}, brokenPipe = {};
    std::optional<QString> localeAll, localeText;
};
Before before;

std::optional<QString> variable(const char* name)
{
    return qEnvironmentVariableIsSet(name) ? std::optional(qEnvironmentVariable(name)) : std::nullopt;
}

void put(QProcessEnvironment& environment, const char* name, const std::optional<QString>& value)
{
    if (value)
        environment.insert(QString::fromLatin1(name), *value);
    else
        environment.remove(QString::fromLatin1(name));
}

/// A program that was started without one of them would get a file, a socket or an event in its place, and write its
/// lines there.
void openStandardDescriptors()
{
    for (const int each : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (::fcntl(each, F_GETFD) < 0 && errno == EBADF) // the lowest that is free is this one
            [[maybe_unused]]
            const int opened = ::open("/dev/null", each == STDIN_FILENO ? O_RDONLY : O_WRONLY);
    }
}

} // namespace

void prepareProcess()
{
    openStandardDescriptors();
    before.localeAll = variable("LC_ALL");
    before.localeText = variable("LC_CTYPE");
    before.mask = ::umask(077);
    // The hard limit stays: programs that we run have theirs again.
    ::getrlimit(RLIMIT_CORE, &before.core);
    const rlimit none{0, before.core.rlim_max};
    ::setrlimit(RLIMIT_CORE, &none);
    // A limit on file sizes is met as a failed write, which the store reports as 507, not as the end of the program.
    struct sigaction ignored = {};
    ignored.sa_handler = SIG_IGN;
    ::sigaction(SIGXFSZ, &ignored, &before.fileSize);
    // Whoever reads what we print or log may go; the write fails then, and whoever wrote decides what that means.
    ::sigaction(SIGPIPE, &ignored, &before.brokenPipe);

    // Qt switches to UTF-8 by itself where the locale is none, but complains on stderr each time.
    std::setlocale(LC_ALL, "");
    if (std::strcmp(::nl_langinfo(CODESET), "UTF-8") != 0) {
        ::unsetenv("LC_ALL");
        ::setenv("LC_CTYPE", "C.UTF-8", 1);
    }
}

bool mayPrint()
{
    pollfd output{STDOUT_FILENO, POLLOUT, 0};
    return ::poll(&output, 1, 0) == 1;
}

QString takeSecret(const char* variable)
{
    char* const value = std::getenv(variable);
    if (value == nullptr)
        return {};
    QString secret = QString::fromUtf8(value);
    std::memset(value, 0, std::strlen(value));
    ::unsetenv(variable);
    return secret;
}

bool hasFolders(const char* xdgVariable)
{
    return qgetenv(xdgVariable).startsWith('/') || qgetenv("HOME").startsWith('/');
}

void startAsBefore(QProcess& process, const QString& program, const QStringList& arguments)
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    put(environment, "LC_ALL", before.localeAll);
    put(environment, "LC_CTYPE", before.localeText);
    process.setProcessEnvironment(environment);
    // Between fork and exec: only what is safe there (signal-safety(7)).
    process.setChildProcessModifier([] {
        ::umask(before.mask);
        ::setrlimit(RLIMIT_CORE, &before.core);
        ::sigaction(SIGXFSZ, &before.fileSize, nullptr);
        ::sigaction(SIGPIPE, &before.brokenPipe, nullptr);
    });
    process.start(program, arguments);
}

namespace {
constexpr std::array passedSignals{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2};
constexpr char forAll = 1;
int passedDescriptor = -1;

void onPassedSignal(int number, siginfo_t* origin, void*)
{
    const int kept = errno;
    const std::array<char, 2> said{static_cast<char>(number), origin->si_code > 0 ? forAll : char(0)};
    [[maybe_unused]] const auto written = ::write(passedDescriptor, said.data(), said.size());
    errno = kept;
}
} // namespace

class PassedSignals::Parts
{
public:
    explicit Parts(PassedSignals* owner)
    {
        if (::pipe(m_pipe.data()) != 0)
            return;
        for (const int end : m_pipe) {
            ::fcntl(end, F_SETFD, FD_CLOEXEC);
            ::fcntl(end, F_SETFL, O_NONBLOCK);
        }
        passedDescriptor = m_pipe[1];
        m_notifier = std::make_unique<QSocketNotifier>(m_pipe[0], QSocketNotifier::Read);
        QObject::connect(m_notifier.get(), &QSocketNotifier::activated, owner, [this, owner] {
            std::array<char, 2> said{};
            while (::read(m_pipe[0], said.data(), said.size()) == static_cast<ssize_t>(said.size()))
                Q_EMIT owner->arrived(said[0], said[1] == forAll);
        });
        struct sigaction action = {};
        action.sa_sigaction = onPassedSignal;
        action.sa_flags = SA_RESTART | SA_SIGINFO;
        for (std::size_t i = 0; i < passedSignals.size(); ++i) {
            ::sigaction(passedSignals[i], nullptr, &m_before[i]);
            if (m_before[i].sa_handler != SIG_IGN)
                ::sigaction(passedSignals[i], &action, nullptr);
        }
    }

    ~Parts()
    {
        if (!m_notifier)
            return;
        for (std::size_t i = 0; i < passedSignals.size(); ++i)
            ::sigaction(passedSignals[i], &m_before[i], nullptr);
        m_notifier.reset();
        passedDescriptor = -1;
        ::close(m_pipe[0]);
        ::close(m_pipe[1]);
    }

private:
    std::array<int, 2> m_pipe{-1, -1};
    std::array<struct sigaction, passedSignals.size()> m_before{};
    std::unique_ptr<QSocketNotifier> m_notifier;
};

PassedSignals::PassedSignals(QObject* parent) : QObject(parent), m_parts(std::make_unique<Parts>(this)) {}
PassedSignals::~PassedSignals() = default;

void PassedSignals::passOn(const QProcess& process, int number)
{
    if (process.state() == QProcess::Running)
        ::kill(static_cast<pid_t>(process.processId()), number);
}

bool PassedSignals::asksToEnd(int number)
{
    return number == SIGHUP || number == SIGINT || number == SIGQUIT || number == SIGTERM;
}

namespace {
constexpr std::array stopSignals{SIGINT, SIGTERM, SIGHUP};
int wakeDescriptor = -1;

void onSignal(int number)
{
    const int kept = errno;
    const char byte = static_cast<char>(number);
    [[maybe_unused]] const auto written = ::write(wakeDescriptor, &byte, 1);
    errno = kept;
}
} // namespace

class StopSignal::Parts
{
public:
    Parts(StopSignal* owner, Hangup hangup)
    {
        if (::pipe(m_pipe.data()) != 0)
            return;
        for (const int end : m_pipe) {
            ::fcntl(end, F_SETFD, FD_CLOEXEC);
            ::fcntl(end, F_SETFL, O_NONBLOCK);
        }
        wakeDescriptor = m_pipe[1];
        m_notifier = std::make_unique<QSocketNotifier>(m_pipe[0], QSocketNotifier::Read);
        QObject::connect(m_notifier.get(), &QSocketNotifier::activated, owner, [this, owner, hangup] {
            char number = 0;
            bool stops = false;
            bool reloads = false;
            while (::read(m_pipe[0], &number, 1) > 0) {
                const bool isReload = number == SIGHUP && hangup == Hangup::Reloads;
                (isReload ? reloads : stops) = true;
            }
            if (stops)
                Q_EMIT owner->requested();
            else if (reloads)
                Q_EMIT owner->reloadRequested();
        });
        struct sigaction action = {};
        action.sa_handler = onSignal;
        action.sa_flags = SA_RESTART;
        for (std::size_t i = 0; i < stopSignals.size(); ++i) {
            // What was ignored stays so: nohup means that SIGHUP is not to stop us.
            ::sigaction(stopSignals[i], nullptr, &m_before[i]);
            const bool isReload = stopSignals[i] == SIGHUP && hangup == Hangup::Reloads;
            if (m_before[i].sa_handler != SIG_IGN || isReload)
                ::sigaction(stopSignals[i], &action, nullptr);
        }
    }

    ~Parts()
    {
        if (!m_notifier)
            return;
        for (std::size_t i = 0; i < stopSignals.size(); ++i)
            ::sigaction(stopSignals[i], &m_before[i], nullptr);
        m_notifier.reset();
        wakeDescriptor = -1;
        ::close(m_pipe[0]);
        ::close(m_pipe[1]);
    }

private:
    std::array<int, 2> m_pipe{-1, -1};
    std::array<struct sigaction, stopSignals.size()> m_before{};
    std::unique_ptr<QSocketNotifier> m_notifier;
};

StopSignal::StopSignal(Hangup hangup, QObject* parent) : QObject(parent), m_parts(std::make_unique<Parts>(this, hangup))
{
}
StopSignal::~StopSignal() = default;

} // namespace belfry::app
