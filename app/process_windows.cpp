// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/process.h"

#include <QProcess>

#include <windows.h>

#include <atomic>

namespace belfry::app {

void prepareProcess()
{
    // Files are their owner's by the access list of the profile folder, and there are no core files: only the error
    // boxes, which would hold a dump back until somebody clicks, are turned off.
    ::SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX);
    ::SetConsoleOutputCP(CP_UTF8);
}

bool mayPrint()
{
    return true;
}

QString takeSecret(const char* variable)
{
    const QString secret = qEnvironmentVariable(variable);
    qunsetenv(variable);
    return secret;
}

bool hasFolders(const char*)
{
    return true;
}

void startAsBefore(QProcess& process, const QString& program, const QStringList& arguments)
{
    process.start(program, arguments);
}

/// The console gives its events to every program in it.
class PassedSignals::Parts
{
};

PassedSignals::PassedSignals(QObject* parent) : QObject(parent) {}
PassedSignals::~PassedSignals() = default;
void PassedSignals::passOn(const QProcess&, int) {}
bool PassedSignals::asksToEnd(int)
{
    return false;
}

namespace {
std::atomic<StopSignal*> receiver = nullptr;

BOOL WINAPI onConsole(DWORD)
{
    StopSignal* const stop = receiver.load();
    if (stop == nullptr)
        return FALSE;
    QMetaObject::invokeMethod(stop, &StopSignal::requested, Qt::QueuedConnection);
    return TRUE;
}
} // namespace

class StopSignal::Parts
{
public:
    Parts(StopSignal* owner, Hangup)
    {
        receiver = owner;
        ::SetConsoleCtrlHandler(onConsole, TRUE);
    }

    ~Parts()
    {
        ::SetConsoleCtrlHandler(onConsole, FALSE);
        receiver = nullptr;
    }
};

StopSignal::StopSignal(Hangup hangup, QObject* parent) : QObject(parent), m_parts(std::make_unique<Parts>(this, hangup))
{
}
StopSignal::~StopSignal() = default;

} // namespace belfry::app
