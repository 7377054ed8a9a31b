// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/sign_ins.h"

#include <QFileInfo>
#include <QStandardPaths>
#include <QUuid>

namespace belfry::cli {

namespace {

const QString lastKey = QStringLiteral("last");

/// A key without the separators of QSettings.
QString key(const QString& group, const QString& text)
{
    return group + u'/' + QString::fromLatin1(QUrl::toPercentEncoding(text));
}

QString serverKey(const QUrl& server)
{
    return key(QStringLiteral("servers"), server.toString(QUrl::FullyEncoded));
}

QString pinKey(const QUrl& server)
{
    return key(QStringLiteral("pins"), server.toString(QUrl::FullyEncoded));
}

QString fileKey(const QString& path)
{
    return key(QStringLiteral("token-files"), QFileInfo(path).absoluteFilePath());
}

} // namespace

SignIns::SignIns()
    : m_settings(QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation) +
                     QStringLiteral("/belfry/cli.ini"),
                 QSettings::IniFormat)
{
}

QString SignIns::installationId()
{
    const QString name = QStringLiteral("installation");
    QString id = m_settings.value(name).toString();
    if (id.isEmpty()) {
        id = QUuid::createUuid().toString(QUuid::WithoutBraces);
        m_settings.setValue(name, id);
    }
    return id;
}

void SignIns::remember(const QUrl& server, const QString& keychainEntry)
{
    m_settings.setValue(serverKey(server), keychainEntry);
    m_settings.setValue(lastKey, server.toString(QUrl::FullyEncoded));
}

void SignIns::rememberTokenFile(const QString& path, const QUrl& server)
{
    m_settings.setValue(fileKey(path), server.toString(QUrl::FullyEncoded));
}

void SignIns::rememberPin(const QUrl& server, const QString& pin)
{
    if (pin.isEmpty())
        m_settings.remove(pinKey(server));
    else
        m_settings.setValue(pinKey(server), pin);
}

void SignIns::forget(const QUrl& server)
{
    m_settings.remove(serverKey(server));
    if (lastServer() == server.toString(QUrl::FullyEncoded))
        m_settings.remove(lastKey);
}

void SignIns::forgetTokenFile(const QString& path)
{
    m_settings.remove(fileKey(path));
}

QString SignIns::entryFor(const QUrl& server) const
{
    return m_settings.value(serverKey(server)).toString();
}

QString SignIns::pinOf(const QUrl& server) const
{
    return m_settings.value(pinKey(server)).toString();
}

QString SignIns::lastServer() const
{
    return m_settings.value(lastKey).toString();
}

QString SignIns::serverOfTokenFile(const QString& path) const
{
    return m_settings.value(fileKey(path)).toString();
}

} // namespace belfry::cli
