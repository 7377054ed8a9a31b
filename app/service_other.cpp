// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/service.h"

namespace belfry::app {

ServiceManager::ServiceManager() = default;
void ServiceManager::ready(const QString&) const {}
void ServiceManager::stopping() const {}
void ServiceManager::alive() const {}
void ServiceManager::tell(const QByteArray&) const {}

} // namespace belfry::app
