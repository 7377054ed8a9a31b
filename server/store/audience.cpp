// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/audience.h"

#include <QtEndian>

#include <algorithm>
#include <iterator>

namespace belfry::server {

std::string packIds(const std::vector<UserId>& ids)
{
    std::string bytes(ids.size() * sizeof(UserId), '\0');
    char* place = bytes.data();
    for (const UserId id : ids) {
        qToLittleEndian<qint64>(id, place);
        place += sizeof(UserId);
    }
    return bytes;
}

std::vector<UserId> unpackIds(std::string_view bytes)
{
    std::vector<UserId> ids;
    ids.reserve(bytes.size() / sizeof(UserId));
    for (std::size_t at = 0; at + sizeof(UserId) <= bytes.size(); at += sizeof(UserId)) {
        ids.push_back(qFromLittleEndian<qint64>(bytes.data() + at));
    }
    return ids;
}

bool contains(const Audience& audience, UserId user)
{
    return audience.isEveryone || std::binary_search(audience.ids.begin(), audience.ids.end(), user);
}

std::vector<UserId> without(const std::vector<UserId>& earlier, const std::vector<UserId>& later)
{
    std::vector<UserId> rest;
    std::set_difference(earlier.begin(), earlier.end(), later.begin(), later.end(), std::back_inserter(rest));
    return rest;
}

} // namespace belfry::server
