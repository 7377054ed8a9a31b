// SPDX-License-Identifier: GPL-3.0-or-later
// JSON both ways: a trigger's body as the server reads it, an event as it writes it, and as a desktop reads that.
#include "protocol/json.h"

#include "tests/bench/micro/samples.h"

#include <benchmark/benchmark.h>

namespace {

using namespace belfry;
using namespace belfry::bench;

template <class Function> void measure(benchmark::State& state, std::size_t bytes, Function&& function, int items = 1)
{
    for (auto _ : state) {
        benchmark::DoNotOptimize(function());
    }
    state.SetItemsProcessed(state.iterations() * items);
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes));
}

void readBody(benchmark::State& state, const Notification& notification)
{
    const std::string body = samples::trigger(notification);
    if (!readDraft(body)) {
        state.SkipWithError(readDraft(body).error().message.c_str());
        return;
    }
    measure(state, body.size(), [&] { return readDraft(body); });
}
BENCHMARK_CAPTURE(readBody, common, samples::common())->Name("json/trigger → draft: a common message");
BENCHMARK_CAPTURE(readBody, full, samples::full())->Name("json/trigger → draft: every member, and data");
BENCHMARK_CAPTURE(readBody, longest, samples::longest())->Name("json/trigger → draft: the longest message");

void writeEvent(benchmark::State& state, const Notification& notification)
{
    measure(state, samples::event(notification).size(), [&] { return samples::event(notification); });
}
BENCHMARK_CAPTURE(writeEvent, common, samples::common())->Name("json/draft → event: a common message");
BENCHMARK_CAPTURE(writeEvent, full, samples::full())->Name("json/draft → event: every member, and data");
BENCHMARK_CAPTURE(writeEvent, longest, samples::longest())->Name("json/draft → event: the longest message");

void readEvent(benchmark::State& state, const Notification& notification)
{
    const std::string data = samples::event(notification);
    measure(state, data.size(), [&] { return parseStreamEvent(data); });
}
BENCHMARK_CAPTURE(readEvent, common, samples::common())->Name("json/event, read leniently: a common message");
BENCHMARK_CAPTURE(readEvent, full, samples::full())->Name("json/event, read leniently: every member, and data");
BENCHMARK_CAPTURE(readEvent, longest, samples::longest())->Name("json/event, read leniently: the longest message");

/// A page of the list, 500 items, as the first look at a server takes them.
void readPage(benchmark::State& state)
{
    const Notification n = samples::common();
    std::string page = "{\"notifications\":[";
    constexpr int items = 500;
    for (Seq id = items; id > 0; --id) {
        page += '{' + notificationItem(id, notificationMembers(n), n.createdAt, {}) +
                ",\"read_at\":null,\"acked_at\":null,\"answer\":null}" + (id > 1 ? "," : "");
    }
    page += "],\"latest_id\":500,\"unread\":3}";
    measure(
        state, page.size(),
        [&] {
            std::vector<ListItem> read;
            read.reserve(items); // memory that grows and moves is not what is measured
            const auto object = parseServerObject(page);
            for (const auto& item : object->at("notifications").as_array()) {
                if (auto one = lenientListItem(item.as_object())) {
                    read.push_back(std::move(*one));
                }
            }
            return read;
        },
        items);
}
BENCHMARK(readPage)->Name("json/a page of 500 of the list, an item");

} // namespace
