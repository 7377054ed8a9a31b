// SPDX-License-Identifier: GPL-3.0-or-later
#include "unit/store/fixture.h"

#include "protocol/json.h"

namespace belfry::server::test {

std::vector<Seq> idsOf(const Result<ListPage>& page)
{
    std::vector<Seq> ids;
    if (!page) {
        return {-page.error().status};
    }
    for (const std::string& item : page->items) {
        const auto object = parseJsonObject(item);
        ids.push_back(object ? object->at("id").as_int64() : -1);
    }
    return ids;
}

std::vector<Seq> idsOf(const Result<ReplayPage>& page)
{
    std::vector<Seq> ids;
    if (!page) {
        return {-page.error().status};
    }
    for (const LogEntry& entry : page->entries) {
        ids.push_back(entry.seq);
    }
    return ids;
}

} // namespace belfry::server::test
