// SPDX-License-Identifier: GPL-3.0-or-later
// What the two reading threads do: pages of the log for a stream that catches up, and the list with its search. One
// person's rows among everybody's.
#include "server/store/list.h"
#include "server/store/replay.h"
#include "tests/bench/micro/filled_store.h"

#include <benchmark/benchmark.h>

namespace {

using namespace belfry;
using namespace belfry::bench;
using namespace belfry::server;

/// A cursor that has so many of the person's rows behind it: of the reader's each second number is theirs, of the
/// newcomer's each fourth (and a few more).
Seq cursorBefore(std::int64_t rows, UserId user)
{
    return FilledStore::newest - rows * (user == FilledStore::reader ? 2 : 4);
}

/// Pages until all is read, or the first page alone.
void replay(benchmark::State& state, UserId user, bool isWhole)
{
    FilledStore& store = FilledStore::get();
    const Time now = systemClock().now();
    std::int64_t rows = 0, bytes = 0;
    for (auto _ : state) {
        ReplayRequest request{user, cursorBefore(state.range(0), user), FilledStore::newest};
        do {
            const auto page = readReplayPage(store.connection(), request, store.accounts(), now);
            if (!page || page->needsReset) {
                state.SkipWithError("no page comes");
                return;
            }
            for (const LogEntry& entry : page->entries) {
                bytes += static_cast<std::int64_t>(entry.data.size());
            }
            rows += static_cast<std::int64_t>(page->entries.size());
            request.cursor = page->examinedTo;
        } while (isWhole && request.cursor < request.tail);
    }
    state.SetItemsProcessed(rows);
    state.SetBytesProcessed(bytes);
    state.counters["rows"] = static_cast<double>(rows) / static_cast<double>(state.iterations());
}
BENCHMARK_CAPTURE(replay, page, FilledStore::reader, false)
    ->Name("reads/replay: the first page (128 KiB), rows behind:")
    ->Arg(10)
    ->Arg(1000)
    ->Arg(100'000)
    ->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(replay, whole, FilledStore::reader, true)
    ->Name("reads/replay: all pages, rows behind:")
    ->Arg(1000)
    ->Arg(100'000)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(replay, everyone, FilledStore::newcomer, true)
    ->Name("reads/replay: all pages of what was for everyone, rows behind:")
    ->Arg(1000)
    ->Arg(100'000)
    ->Unit(benchmark::kMillisecond);

void list(benchmark::State& state, const ListQuery& query, std::size_t expected)
{
    FilledStore& store = FilledStore::get();
    const Time now = systemClock().now();
    const Account& account = *store.accounts().find(FilledStore::reader);
    SumRequests sums; // nobody carries them out here
    for (auto _ : state) {
        ListSearch search(query, account, FilledStore::newest);
        while (!search.turn(store.connection(), now, sums)) {
        }
        const auto page = search.take(store.connection());
        if (!page || page->items.size() != expected) {
            state.SkipWithError("not what was to be found");
            return;
        }
    }
}

ListQuery of(int limit, std::optional<Type> type = {}, std::string text = {}, bool isUnread = false)
{
    ListQuery query;
    query.limit = limit;
    query.type = type;
    query.text = std::move(text);
    query.unreadOnly = isUnread;
    return query;
}

#define LIST(id, name, expected, ...)                                                                                  \
    BENCHMARK_CAPTURE(list, id, of(__VA_ARGS__), std::size_t(expected))                                                \
        ->Name("reads/list of 200,000 rows: " name)                                                                    \
        ->Unit(benchmark::kMillisecond)
LIST(newest, "the newest 50", 50, 50);
LIST(many, "the newest 500", 500, 500);
LIST(unread, "the newest 50 unread", 50, 50, std::nullopt, "", true);
LIST(type, "a type that one of 10,000 has (20 found)", 20, 50, Type::Error);
LIST(hit, "a search that one of 1,000 meets, 50 of them", 50, 50, std::nullopt, "needle");
LIST(miss, "a search that none meets", 0, 50, std::nullopt, "zqxj");
#undef LIST

} // namespace
