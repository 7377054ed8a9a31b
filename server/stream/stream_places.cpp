// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/stream/stream_places.h"

namespace belfry::server {

StreamPlaces::Taken StreamPlaces::take(UserId user)
{
    if (m_most <= 0 && m_mostOfPerson <= 0)
        return {};
    {
        const std::lock_guard lock(m_mutex);
        if (m_most > 0 && m_taken >= m_most)
            return {Refusal::Full, nullptr};
        const auto person = m_takenBy.try_emplace(user, 0).first;
        if (m_mostOfPerson > 0 && person->second >= m_mostOfPerson)
            return {Refusal::PersonFull, nullptr};
        ++m_taken;
        ++person->second;
    }
    return {Refusal::None, std::make_unique<Place>(*this, user)};
}

void StreamPlaces::giveBack(UserId user)
{
    const std::lock_guard lock(m_mutex);
    --m_taken;
    const auto person = m_takenBy.find(user);
    if (--person->second == 0)
        m_takenBy.erase(person);
}

} // namespace belfry::server
