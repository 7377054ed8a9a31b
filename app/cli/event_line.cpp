// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/event_line.h"

#include "app/cli/terminal.h"

#include <QDateTime>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace belfry::cli {

namespace {

QString shown(std::string_view utf8)
{
    return escaped(QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size())));
}

} // namespace

QByteArray jsonLine(const SseEvent& event)
{
    const boost::json::object line{{"event", event.event}, {"data", event.data}, {"id", event.id}};
    return QByteArray::fromStdString(boost::json::serialize(line));
}

QString readableLine(const Notification& notification)
{
    const QDateTime when = notification.createdAt == Time{}
                               ? QDateTime::currentDateTime()
                               : QDateTime::fromMSecsSinceEpoch(notification.createdAt.time_since_epoch().count());
    QString line = QStringLiteral("%1 [%2").arg(when.toString(QStringLiteral("yyyy-MM-dd HH:mm:ss")),
                                                shown(toString(notification.type)));
    if (notification.priority != Priority::Normal)
        line += QStringLiteral(", ") + shown(toString(notification.priority));
    line += u']';
    if (!notification.sender.name.empty())
        line += QStringLiteral(" %1:").arg(shown(notification.sender.name));
    if (!notification.title.empty())
        line += u' ' + shown(notification.title);
    if (!notification.message.empty())
        line += QStringLiteral(" — ") + shown(notification.message);
    if (!notification.url.empty())
        line += QStringLiteral(" <%1>").arg(shown(notification.url));
    return line;
}

QString readableLine(const SseEvent& event)
{
    return QStringLiteral("%1: %2").arg(shown(event.event), shown(event.data));
}

} // namespace belfry::cli
