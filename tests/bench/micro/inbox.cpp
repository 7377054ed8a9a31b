// SPDX-License-Identifier: GPL-3.0-or-later
// The desktop's history of a million messages, as its two threads ask it: none of this is on the GUI thread.
#include "client/inbox.h"

#include "client/inbox_reader.h"
#include "tests/bench/inbox_rows.h"

#include <QTemporaryDir>

#include <benchmark/benchmark.h>

#include <memory>

namespace {

using namespace belfry;
using namespace belfry::client;

constexpr qint64 rowCount = 1'000'000;
const QString office = QStringLiteral("office");

/// Made once, in the current directory.
struct History
{
    QTemporaryDir directory{QStringLiteral("inbox_XXXXXX")};
    QString path = directory.filePath(QStringLiteral("inbox.db"));
    bool isFilled = bench::fillInbox(path, office, QStringLiteral("log"), rowCount);

    static History& get()
    {
        static History history;
        return history;
    }
};

void page(benchmark::State& state, const RowQuery& query, bool isHit)
{
    InboxReader reader(History::get().path);
    for (auto _ : state) {
        if (reader.rows(office, query).rows.isEmpty() == isHit) {
            state.SkipWithError("not what was to be found");
            return;
        }
    }
}

RowQuery searched(const char* text)
{
    RowQuery query;
    query.text = QString::fromUtf8(text);
    return query;
}

template <class Change> RowQuery with(Change&& change)
{
    RowQuery query;
    change(query);
    return query;
}

#define PAGE(id, name, isHit, query)                                                                                   \
    BENCHMARK_CAPTURE(page, id, query, isHit)->Name("inbox/page: " name)->Unit(benchmark::kMillisecond)
PAGE(newest, "the newest 100", true, RowQuery());
PAGE(middle, "from the middle", true, with([](RowQuery& q) { q.before = rowCount / 2; }));
PAGE(oldest, "the oldest", true, with([](RowQuery& q) { q.after = belowAllRows; }));
PAGE(rare, "search, one of 1,000 (“needle”)", true, searched("needle"));
PAGE(all, "search that finds all (“don hang” for “Đơn hàng”)", true, searched("don hang"));
PAGE(miss, "search that finds none (“zqxj”)", false, searched("zqxj"));
PAGE(early, "search of 2 characters that finds all (“de”)", true, searched("de"));
PAGE(late, "search of 2 characters that finds none (“zq”)", false, searched("zq"));
PAGE(unread, "unread", true, with([](RowQuery& q) { q.unreadOnly = true; }));
PAGE(type, "a type", true, with([](RowQuery& q) { q.type = Type::Error; }));
PAGE(both, "sender and category", true, with([](RowQuery& q) {
         q.sender = 5;
         q.category = QStringLiteral("c4");
     }));
#undef PAGE

void countAll(benchmark::State& state)
{
    InboxReader reader(History::get().path);
    for (auto _ : state) {
        benchmark::DoNotOptimize(reader.count(office, {}));
    }
}
BENCHMARK(countAll)->Name("inbox/count of all")->Unit(benchmark::kMillisecond);

void countFound(benchmark::State& state)
{
    InboxReader reader(History::get().path);
    RowQuery query = searched("don hang");
    query.unreadOnly = true;
    for (auto _ : state) {
        benchmark::DoNotOptimize(reader.count(office, query));
    }
}
BENCHMARK(countFound)->Name("inbox/count of the unread that a search finds")->Unit(benchmark::kMillisecond);

void choices(benchmark::State& state)
{
    InboxReader reader(History::get().path);
    for (auto _ : state) {
        benchmark::DoNotOptimize(reader.categories(office));
        benchmark::DoNotOptimize(reader.senders(office));
    }
}
BENCHMARK(choices)->Name("inbox/categories and senders to choose from")->Unit(benchmark::kMillisecond);

/// One commit each: the row, its place in the search, the cursor.
void live(benchmark::State& state)
{
    Inbox inbox(systemClock());
    if (!inbox.open(History::get().path)) {
        state.SkipWithError("it does not open");
        return;
    }
    const LinkId link = inbox.place(office)->id;
    Seq number = inbox.newestNumber(link);
    for (auto _ : state) {
        Notification item;
        item.id = ++number;
        item.title = "Deployment done";
        item.message = "Version 4.17.2 is on all six machines.";
        const NumberedEvent event{item, item.id};
        benchmark::DoNotOptimize(inbox.apply(link, 1, {&event, 1}));
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(live)->Name("inbox/a live message, committed")->Unit(benchmark::kMillisecond);

void unread(benchmark::State& state)
{
    Inbox inbox(systemClock());
    if (!inbox.open(History::get().path)) {
        state.SkipWithError("it does not open");
        return;
    }
    const LinkId link = inbox.place(office)->id;
    for (auto _ : state) {
        benchmark::DoNotOptimize(inbox.unread(link));
    }
}
BENCHMARK(unread)->Name("inbox/the number of unread")->Unit(benchmark::kMillisecond);

} // namespace
