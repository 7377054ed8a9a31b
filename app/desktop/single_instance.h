// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/instance_word.h"
#include "protocol/result.h"

#include <QObject>
#include <QString>

#include <memory>

namespace belfry::desktop {

/// One desktop per data directory: the kernel's lock on it decides who runs, a local socket in it is how a second start
/// asks the first to show its window, or hands a link over to it (protocol.md, "The data directory").
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
    /// @param directory  new, empty, or one that Belfry made; else it is refused, unchanged
    /// @param word       what the one that runs is told
    Result<Outcome> claim(const QString& directory, const InstanceWord& word);

Q_SIGNALS:
    /// Somebody started Belfry again.
    void showRequested();
    /// … with a link, which nobody has judged yet; at most longestLink characters. Anybody's web page may have made it.
    void linkHandedOver(const QString& link);

private:
    void heed(const InstanceWord& word);

    class Parts;
    std::unique_ptr<Parts> m_parts;
};

} // namespace belfry::desktop
