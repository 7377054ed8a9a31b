// SPDX-License-Identifier: GPL-3.0-or-later
#include "unit/store/fixture.h"

#include "protocol/json.h"
#include "server/store/checking.h"

namespace belfry::server::test {

void Fixture::close()
{
    const bool wasOpen = store != nullptr;
    store.reset();
    sink.reset();
    if (wasOpen && isSound) {
        for (const std::string& fault : checkStore(placeOf(directory, path(), "belfry.db"), path()).faults) {
            QTest::qFail(fault.c_str(), __FILE__, __LINE__);
        }
    }
}

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
