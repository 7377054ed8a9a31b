// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/process.h"

#include <QSocketNotifier>

#include <fcntl.h>
#include <langinfo.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <clocale>
#include <csignal>
#include <cstdlib>
#include <cstring>

namespace belfry::app {

void prepareProcess()
{
    ::umask(077);
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
    // A limit on file sizes is met as a failed write, which the store reports as 507, not as the end of the program.
    std::signal(SIGXFSZ, SIG_IGN);

    // Qt switches to UTF-8 by itself where the locale is none, but complains on stderr each time.
    std::setlocale(LC_ALL, "");
    if (std::strcmp(::nl_langinfo(CODESET), "UTF-8") != 0) {
        ::unsetenv("LC_ALL");
        ::setenv("LC_CTYPE", "C.UTF-8", 1);
    }
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
