// SPDX-License-Identifier: GPL-3.0-or-later
// logind (org.freedesktop.login1): PrepareForSleep, and the session's LockedHint.
#include "app/desktop/session_watch.h"

#include <QCoreApplication>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusObjectPath>
#include <QDBusPendingCallWatcher>
#include <QDBusVariant>

namespace belfry::desktop {
namespace {

constexpr QLatin1StringView loginService("org.freedesktop.login1");
constexpr QLatin1StringView managerPath("/org/freedesktop/login1");
constexpr QLatin1StringView managerInterface("org.freedesktop.login1.Manager");
constexpr QLatin1StringView sessionInterface("org.freedesktop.login1.Session");
constexpr QLatin1StringView propertiesInterface("org.freedesktop.DBus.Properties");
constexpr int patience = 5000;

} // namespace

SessionWatch::SessionWatch(QObject* parent) : QObject(parent)
{
    QDBusConnection bus = QDBusConnection::systemBus();
    if (!bus.isConnected())
        return;
    bus.connect(loginService, managerPath, managerInterface, QStringLiteral("PrepareForSleep"), this,
                SLOT(prepareForSleep(bool)));

    // Which session is ours: by its id where the session says it, else by our process.
    const QString id = qEnvironmentVariable("XDG_SESSION_ID");
    QDBusMessage question =
        QDBusMessage::createMethodCall(loginService, managerPath, managerInterface,
                                       id.isEmpty() ? QStringLiteral("GetSessionByPID") : QStringLiteral("GetSession"));
    if (id.isEmpty())
        question << quint32(QCoreApplication::applicationPid());
    else
        question << id;
    auto* const asked = new QDBusPendingCallWatcher(bus.asyncCall(question, patience), this);
    connect(asked, &QDBusPendingCallWatcher::finished, this, [this, bus](QDBusPendingCallWatcher* answer) mutable {
        answer->deleteLater();
        if (answer->isError())
            return; // a desktop without logind: nothing locks it that we could hear of
        m_sessionPath = answer->reply().arguments().value(0).value<QDBusObjectPath>().path();
        bus.connect(loginService, m_sessionPath, propertiesInterface, QStringLiteral("PropertiesChanged"), this,
                    SLOT(askLocked()));
        askLocked();
    });
}

void SessionWatch::prepareForSleep(bool isGoing)
{
    if (!isGoing)
        Q_EMIT woke();
}

void SessionWatch::setLocked(bool isLocked)
{
    if (isLocked != std::exchange(m_isLocked, isLocked))
        Q_EMIT lockedChanged(isLocked);
}

void SessionWatch::askLocked()
{
    QDBusMessage question =
        QDBusMessage::createMethodCall(loginService, m_sessionPath, propertiesInterface, QStringLiteral("Get"));
    question << sessionInterface << QStringLiteral("LockedHint");
    auto* const asked = new QDBusPendingCallWatcher(QDBusConnection::systemBus().asyncCall(question, patience), this);
    connect(asked, &QDBusPendingCallWatcher::finished, this, [this](QDBusPendingCallWatcher* answer) {
        answer->deleteLater();
        if (!answer->isError())
            setLocked(answer->reply().arguments().value(0).value<QDBusVariant>().variant().toBool());
    });
}

} // namespace belfry::desktop
