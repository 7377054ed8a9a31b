// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/store/accounts.h"

#include <memory>
#include <mutex>
#include <unordered_map>

namespace belfry::server {

/// How many streams there may be, in all and of one person: a place is taken before a stream is promised and kept until
/// it ends, so that those who come at once, on several loops, are never more than that together.
///
/// Where no limit is set nothing is kept. Thread: any; outlives the places it gave.
class StreamPlaces
{
public:
    /// 0: no limit.
    StreamPlaces(int most, int mostOfPerson) : m_most(most), m_mostOfPerson(mostOfPerson) {}

    /// Given back when it is destroyed.
    class Place
    {
    public:
        Place(StreamPlaces& places, UserId user) : m_places(places), m_user(user) {}
        Place(const Place&) = delete;
        Place& operator=(const Place&) = delete;
        ~Place() { m_places.giveBack(m_user); }

    private:
        StreamPlaces& m_places;
        UserId m_user;
    };

    enum class Refusal { None, Full, PersonFull };
    struct Taken
    {
        Refusal refusal = Refusal::None;
        std::unique_ptr<Place> place; ///< null, too, where there is no limit
    };
    Taken take(UserId user);

private:
    void giveBack(UserId user);

    const int m_most, m_mostOfPerson;
    std::mutex m_mutex;
    int m_taken = 0;
    std::unordered_map<UserId, int> m_takenBy;
};

} // namespace belfry::server
