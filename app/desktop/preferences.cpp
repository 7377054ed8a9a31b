// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/preferences.h"

#include "app/desktop/autostart.h"

#include <QCoreApplication>

namespace belfry::desktop {
namespace {

QString popsUpKey(Priority priority)
{
    const std::string_view name = toString(priority);
    return QStringLiteral("notifications/popup_%1").arg(QLatin1StringView(name.data(), qsizetype(name.size())));
}

constexpr QLatin1StringView languageKey("general/language");
constexpr QLatin1StringView quietKey("notifications/quiet");
constexpr QLatin1StringView quietUntilKey("notifications/quiet_until");
constexpr QLatin1StringView hostsKey("local_server/on");
constexpr QLatin1StringView portKey("local_server/port");
constexpr QLatin1StringView onNetworkKey("local_server/on_network");

QString rememberedKey(const QString& key)
{
    return QStringLiteral("remembered/%1").arg(key);
}

} // namespace

Preferences::Preferences(const QString& file, QObject* parent) : QObject(parent), m_settings(file, QSettings::IniFormat)
{
}

bool Preferences::startsWithSession() const
{
    return autostart::isOn();
}

Result<void> Preferences::setStartsWithSession(bool starts)
{
    QStringList arguments{QStringLiteral("--hidden")};
    arguments += m_sessionArguments;
    const Result<void> done = autostart::set(starts, QCoreApplication::applicationFilePath(), arguments);
    Q_EMIT startsWithSessionChanged(startsWithSession());
    return done;
}

void Preferences::setSessionArguments(const QStringList& arguments)
{
    m_sessionArguments = arguments;
}

QString Preferences::language() const
{
    return m_settings.value(languageKey).toString();
}

void Preferences::setLanguage(const QString& locale)
{
    if (locale == language())
        return;
    m_settings.setValue(languageKey, locale);
    Q_EMIT languageChanged(locale);
}

bool Preferences::popsUp(Priority priority) const
{
    if (priority == Priority::Critical)
        return true;
    return m_settings.value(popsUpKey(priority), priority != Priority::Low).toBool();
}

void Preferences::setPopsUp(Priority priority, bool popsUp)
{
    if (priority == Priority::Critical || popsUp == this->popsUp(priority))
        return;
    m_settings.setValue(popsUpKey(priority), popsUp);
    Q_EMIT popsUpChanged(priority, popsUp);
}

Quiet Preferences::quiet() const
{
    Quiet quiet;
    quiet.isOn = m_settings.value(quietKey, false).toBool();
    if (quiet.isOn)
        quiet.until = QDateTime::fromString(m_settings.value(quietUntilKey).toString(), Qt::ISODateWithMs);
    return quiet;
}

void Preferences::setQuiet(const Quiet& quiet)
{
    if (quiet == this->quiet())
        return;
    m_settings.setValue(quietKey, quiet.isOn);
    if (quiet.isOn && quiet.until.isValid())
        m_settings.setValue(quietUntilKey, quiet.until.toUTC().toString(Qt::ISODateWithMs));
    else
        m_settings.remove(quietUntilKey);
    Q_EMIT quietChanged(quiet);
}

bool Preferences::hostsLocalServer() const
{
    return m_settings.value(hostsKey, true).toBool();
}

void Preferences::setHostsLocalServer(bool hosts)
{
    m_settings.setValue(hostsKey, hosts);
}

int Preferences::localServerPort() const
{
    const int port = m_settings.value(portKey, 0).toInt();
    return port > 0 && port <= 65535 ? port : 0;
}

void Preferences::setLocalServerPort(int port)
{
    m_settings.setValue(portKey, port);
}

bool Preferences::isLocalServerOnNetwork() const
{
    return m_settings.value(onNetworkKey, false).toBool();
}

void Preferences::setLocalServerOnNetwork(bool isOnNetwork)
{
    m_settings.setValue(onNetworkKey, isOnNetwork);
}

QVariant Preferences::remembered(const QString& key) const
{
    return m_settings.value(rememberedKey(key));
}

void Preferences::remember(const QString& key, const QVariant& value)
{
    if (value != remembered(key))
        m_settings.setValue(rememberedKey(key), value);
}

} // namespace belfry::desktop
