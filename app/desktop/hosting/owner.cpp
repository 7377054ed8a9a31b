// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/hosting/owner.h"

#include "app/desktop/hosting/hosting.h"

#include <utility>

namespace belfry::desktop {
namespace {

constexpr qint64 freshSeconds = 12 * 3600; ///< half of the token's day

tl::unexpected<Error> off()
{
    return failure(0, "owner", Hosting::tr("The local server is off. Turn it on first.").toStdString());
}

} // namespace

void Owner::signedIn(const OwnerAccess& access, UserId id, const QString& name)
{
    m_access = access;
    m_since = QDateTime::currentDateTimeUtc();
    m_id = id;
    m_name = name;
    m_sentence.clear();
    answer(access);
}

void Owner::refused(const QString& why)
{
    m_sentence = why;
    answer(failure(0, "owner", why.toStdString()));
}

void Owner::ended()
{
    m_access = {};
    m_id = 0;
    m_name.clear();
    m_sentence.clear();
    answer(off());
}

void Owner::access(bool isOn, std::function<void(Result<OwnerAccess>)> then)
{
    if (!isOn) {
        then(off());
        return;
    }
    const qint64 age = m_since.secsTo(QDateTime::currentDateTimeUtc());
    if (!m_access.token.isEmpty() && age >= 0 && age < freshSeconds) {
        then(m_access);
        return;
    }
    m_waiting.push_back(std::move(then));
    m_signIn();
}

void Owner::answer(const Result<OwnerAccess>& access)
{
    for (const auto& then : std::exchange(m_waiting, {}))
        then(access);
}

} // namespace belfry::desktop
