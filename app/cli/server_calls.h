// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/access.h"
#include "client/call.h"

#include <QNetworkAccessManager>
#include <QUrlQuery>

#include <boost/json/object.hpp>

#include <functional>

namespace belfry::cli {

/// The calls of a command that asks a server a few things and then ends: list, retract, status.
///
/// Each of them ends the program where it fails, with its sentence and its code. Thread: its creator's; needs an event
/// loop.
class ServerCalls : public QObject
{
public:
    explicit ServerCalls(const Options& options) : m_options(options) {}

    /// Finds server and token, then goes on.
    void signedIn(std::function<void(const Access&)> then);
    /// One call. @param access  its token may be empty: asked without one
    void ask(const Access& access, const QByteArray& verb, const QString& path, const QUrlQuery& query,
             std::function<void(const boost::json::object&)> then);

    static void end(ExitCode code);
    /// Ends the program, with a failed call's sentence and code.
    static void fail(const Error& error) { end(failedCall(error)); }

private:
    const Options& m_options;
    QNetworkAccessManager m_network;
};

/// Runs `start` in the event loop until ServerCalls::end().
ExitCode runUntilEnd(QObject* context, const std::function<void()>& start);

/// A member of an answer as text; empty where it is none.
QString textOf(const boost::json::object& object, std::string_view member);
/// A member as a number; 0 where it is none.
std::int64_t numberOf(const boost::json::object& object, std::string_view member);

} // namespace belfry::cli
