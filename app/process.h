// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>
#include <QStringList>

#include <memory>

class QProcess;

namespace belfry::app {

/// The first thing both programs do, before any thread and any QCoreApplication: what they write is for its owner alone
/// (umask 077), a crash leaves no core file with tokens in it (core size 0), and text is UTF-8. Descriptors 0 to 2 are
/// open (on nothing where they were closed), and SIGPIPE does not end the program.
/// Thread: main.
void prepareProcess();

/// Whether standard output takes a line now without waiting for whoever reads it. Thread: any.
bool mayPrint();

/// Takes a secret out of the environment (`BELFRY_TOKEN`): overwritten and unset, so that no child inherits it.
/// Empty where it is not set. Thread: main, before others are started.
QString takeSecret(const char* variable);

/// Whether it is known where the person's folders are: by HOME, or by this variable of the XDG base directories (on
/// Windows by the system). Where not, nothing is to be made anywhere: neither in the current directory nor in /.
bool hasFolders(const char* xdgVariable);

/// A program of others, as it would run without us: with the file mode mask, the core size, the signals and the
/// environment from before prepareProcess(), less the secrets that were taken. Thread: main.
void startAsBefore(QProcess& process, const QString& program, const QStringList& arguments);

/// The signals that a program passes on to the one that it runs: SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2 (on
/// Windows none). What was ignored stays so. One at a time in a process; not beside StopSignal.
/// Thread: its creator's, which needs an event loop; arrived() comes there.
class PassedSignals : public QObject
{
    Q_OBJECT
public:
    explicit PassedSignals(QObject* parent = nullptr);
    ~PassedSignals() override;

    /// Sends it to a process that runs.
    static void passOn(const QProcess& process, int number);
    /// Whether it asks a program to end.
    static bool asksToEnd(int number);

Q_SIGNALS:
    /// @param isForAll  from the terminal: every program in its foreground has it already
    void arrived(int number, bool isForAll);

private:
    class Parts;
    std::unique_ptr<Parts> m_parts;
};

/// SIGINT, SIGTERM and SIGHUP (on Windows: Ctrl+C, closing the console, logging off) as a Qt signal.
///
/// A server that may be told to read its files again takes SIGHUP for that instead: reloadRequested().
/// One at a time in a process; while it lives the process does not end by itself on these.
/// Thread: its creator's, which needs an event loop; requested() and reloadRequested() arrive there.
class StopSignal : public QObject
{
    Q_OBJECT
public:
    enum class Hangup { Stops, Reloads };
    explicit StopSignal(Hangup hangup = Hangup::Stops, QObject* parent = nullptr);
    ~StopSignal() override;

Q_SIGNALS:
    void requested();
    void reloadRequested();

private:
    class Parts;
    std::unique_ptr<Parts> m_parts;
};

} // namespace belfry::app
