// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/session_book.h"

#include "client/http_rules.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSaveFile>
#include <QUuid>

#include <algorithm>

namespace belfry::client {
namespace {

QString newId()
{
    return QUuid::createUuid().toString(QUuid::WithoutBraces);
}

QString roleText(Role role)
{
    const std::string_view text = toString(role);
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

QJsonObject toJson(const Connection& c)
{
    return {
        {QStringLiteral("id"), c.id},
        {QStringLiteral("address"), c.address.toString()},
        {QStringLiteral("kind"), c.kind == ServerKind::Classic ? QStringLiteral("classic") : QStringLiteral("belfry")},
        {QStringLiteral("server_id"), c.serverId},
        {QStringLiteral("server_name"), c.serverName},
        {QStringLiteral("pin"), c.pin},
        {QStringLiteral("user_id"), QString::number(c.userId)},
        {QStringLiteral("user_name"), c.userName},
        {QStringLiteral("role"), roleText(c.role)},
        {QStringLiteral("signed_out"), c.isSignedOut},
        {QStringLiteral("own_server"), c.isOwnServer}};
}

Connection fromJson(const QJsonObject& object)
{
    const auto text = [&object](const char* member) { return object.value(QLatin1String(member)).toString(); };
    Connection c;
    c.id = text("id");
    c.address = QUrl(text("address"), QUrl::StrictMode);
    c.kind = text("kind") == QStringLiteral("classic") ? ServerKind::Classic : ServerKind::Belfry;
    c.serverId = text("server_id");
    c.serverName = text("server_name");
    c.pin = text("pin");
    c.userId = text("user_id").toLongLong();
    c.userName = text("user_name");
    c.role = roleFromString(text("role").toStdString()).value_or(Role::Receiver);
    c.isSignedOut = object.value(QLatin1String("signed_out")).toBool();
    c.isOwnServer = object.value(QLatin1String("own_server")).toBool();
    return c;
}

} // namespace

Result<void> ConnectionBook::open(const QString& directory)
{
    m_path = QDir(directory).filePath(QStringLiteral("connections.json"));
    QFile file(m_path);
    if (file.exists()) {
        if (!file.open(QIODevice::ReadOnly)) {
            return failure(500, "book_unusable",
                           QCoreApplication::translate("Session", "Belfry can't read %1: %2.")
                               .arg(m_path, file.errorString())
                               .toStdString());
        }
        const QJsonDocument document = QJsonDocument::fromJson(file.readAll());
        file.close();
        const QJsonObject root = document.object();
        m_installationId = root.value(QLatin1String("installation_id")).toString();
        m_activeId = root.value(QLatin1String("active")).toString();
        for (const QJsonValue value : root.value(QLatin1String("connections")).toArray()) {
            if (Connection c = fromJson(value.toObject()); c.isValid() && c.address.isValid()) {
                m_connections.append(c);
            }
        }
        if (m_installationId.isEmpty()) {
            QFile::rename(m_path, m_path + QStringLiteral(".unreadable-") +
                                      QString::number(QDateTime::currentSecsSinceEpoch()));
        }
    }
    if (m_installationId.isEmpty()) {
        m_installationId = newId();
        return save();
    }
    return {};
}

Connection ConnectionBook::byId(const QString& id) const
{
    for (const Connection& c : m_connections) {
        if (c.id == id) {
            return c;
        }
    }
    return {};
}

Connection ConnectionBook::active() const
{
    return byId(m_activeId);
}

QString ConnectionBook::pinAt(const QUrl& address) const
{
    for (const Connection& c : m_connections) {
        if (!c.pin.isEmpty() && isSameOrigin(c.address, address)) {
            return c.pin;
        }
    }
    return {};
}

Connection ConnectionBook::enter(Connection connection, bool isPinAsked)
{
    for (Connection& known : m_connections) {
        const bool isSameKey = !connection.pin.isEmpty() && known.pin == connection.pin;
        const bool isSamePlace =
            connection.isOwnServer || isSameKey ||
            (isSameOrigin(known.address, connection.address) && (isPinAsked || known.pin == connection.pin));
        if (known.kind == connection.kind && known.serverId == connection.serverId &&
            known.userId == connection.userId && known.isOwnServer == connection.isOwnServer && isSamePlace) {
            connection.id = known.id;
            known = connection;
            return connection;
        }
    }
    connection.id = newId();
    m_connections.append(connection);
    return connection;
}

bool ConnectionBook::isBelfryAt(const QUrl& address) const
{
    return std::any_of(m_connections.cbegin(), m_connections.cend(), [&address](const Connection& c) {
        return c.kind == ServerKind::Belfry && !c.isOwnServer && isSameOrigin(c.address, address);
    });
}

void ConnectionBook::setSignedOut(const QString& id)
{
    for (Connection& c : m_connections) {
        if (c.id == id)
            c.isSignedOut = true;
    }
}

void ConnectionBook::remove(const QString& id)
{
    m_connections.removeIf([&id](const Connection& c) { return c.id == id; });
    if (m_activeId == id)
        m_activeId.clear();
}

void ConnectionBook::setActive(const QString& id)
{
    m_activeId = id;
}

Result<void> ConnectionBook::save() const
{
    QJsonArray connections;
    for (const Connection& c : m_connections) {
        connections.append(toJson(c));
    }
    const QJsonObject root{{QStringLiteral("installation_id"), m_installationId},
                           {QStringLiteral("active"), m_activeId},
                           {QStringLiteral("connections"), connections}};
    QSaveFile file(m_path);
    const QByteArray text = QJsonDocument(root).toJson();
    if (!file.open(QIODevice::WriteOnly) || !file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner) ||
        file.write(text) != text.size() || !file.commit()) {
        return failure(500, "book_unusable",
                       QCoreApplication::translate("Session", "Belfry can't write %1: %2.")
                           .arg(m_path, file.errorString())
                           .toStdString());
    }
    return {};
}

} // namespace belfry::client
