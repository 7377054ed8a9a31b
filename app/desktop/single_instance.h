// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/result.h"

#include <QObject>
#include <QString>

#include <memory>

namespace belfry::desktop {

/// One desktop per data directory: the kernel's lock on it decides who runs, a local socket in it is how a second start
/// asks the first to show its window (protocol.md, "The data directory").
///
/// One file per platform. Thread: GUI.
class SingleInstance : public QObject
{
    Q_OBJECT
public:
    enum class Outcome {
        First,  ///< this one runs; it holds the directory
        Second, ///< another runs and has been told
    };

    explicit SingleInstance(QObject* parent = nullptr);
    ~SingleInstance() override;

    /// Makes the directory where it is not there (0700), checks that it is ours, and takes it or tells who has it.
    /// @param directory    new, empty, or one that Belfry made; else it is refused, unchanged
    /// @param showsWindow  whether the one that runs is to show its window
    Result<Outcome> claim(const QString& directory, bool showsWindow);

Q_SIGNALS:
    /// Somebody started Belfry again.
    void showRequested();

private:
    class Parts;
    std::unique_ptr<Parts> m_parts;
};

} // namespace belfry::desktop
