// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/hosting/owner.h"
#include "protocol/notification.h"

#include <QNetworkAccessManager>
#include <QObject>
#include <QString>

namespace belfry::desktop {

/// Gives the owner's account on our own server a password, over its API as any admin would. Thread: its object's.
class OwnerPassword : public QObject
{
    Q_OBJECT
public:
    explicit OwnerPassword(QNetworkAccessManager* network, QObject* parent = nullptr);

    void change(const OwnerAccess& access, UserId owner, const QString& password);

Q_SIGNALS:
    void set();
    void refused(const QString& sentence);

private:
    QNetworkAccessManager* m_network;
};

} // namespace belfry::desktop
