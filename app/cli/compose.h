// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/options.h"
#include "protocol/result.h"

#include <QByteArray>
#include <QString>

#include <boost/json/object.hpp>

namespace belfry::cli {

/// All of a trigger but its title and text: what `belfry send` and `belfry run` take alike.
struct Envelope
{
    boost::json::object audience;
    boost::json::object rest; ///< the members that stand after the text
};

/// The options an envelope is made of: `--to`, `--priority` and so on.
std::vector<Option> envelopeOptions();
/// What they come to. What does not fit is said on stderr: Usage.
tl::expected<Envelope, ExitCode> envelopeOf(const Options& options);

/// The trigger's JSON (protocol.md, "A notification, as triggered").
QByteArray triggerBody(const Envelope& envelope, const QString& title, const QString& message);

/// A title as a notification takes one: cleaned (PipeText), cut where it is too long. What was done goes to `done`.
QString cleanedTitle(const QString& title, QStringList& done);
/// One sentence on stderr where something was done.
void saySo(const QString& what, const QStringList& done);

/// A server's error about a trigger in the words of the command line: its members as our options.
Error inOurWords(Error error, const QStringList& to);

} // namespace belfry::cli
