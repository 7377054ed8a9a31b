// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QString>

#include <optional>

namespace belfry::desktop {

/// The longest link that is handed over; ours are under 200 characters.
inline constexpr int longestLink = 2048;

/// What a second start tells the one that runs, as a line: `show`, `hello`, `show LINK`. Pure.
struct InstanceWord
{
    bool showsWindow = true;
    QString link; ///< an invite link as it was given, well-formed or not; empty: none

    QByteArray line() const;
    /// Nothing where it is no such line: a link is held to the same bounds here as where it was sent.
    static std::optional<InstanceWord> fromLine(QByteArrayView line);
    /// The longest line, its end included.
    static constexpr int longestLine = 4 * longestLink + 16;
};

/// Whether a text may be handed on as a link: it begins like one of ours, and is not overlong nor of control
/// characters. What it holds is judged by whoever reads it (client/invite_link.h).
bool mayBeLink(const QString& text);

} // namespace belfry::desktop
