// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>

#include <memory>

namespace belfry::app {

/// The first thing both programs do, before any thread and any QCoreApplication: what they write is for its owner alone
/// (umask 077), a crash leaves no core file with tokens in it (core size 0), and text is UTF-8.
/// Thread: main.
void prepareProcess();

/// Takes a secret out of the environment (`BELFRY_TOKEN`): overwritten and unset, so that no child inherits it.
/// Empty where it is not set. Thread: main, before others are started.
QString takeSecret(const char* variable);

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
