// SPDX-License-Identifier: GPL-3.0-or-later
// How many notifications a second the store commits for N senders that each wait for their answer, beside what SQLite
// alone does with the same rows in transactions of as many.
#include "server/store/database.h"
#include "server/store/store.h"
#include "tests/bench/load/clock.h"
#include "tests/bench/load/histogram.h"
#include "tests/bench/micro/samples.h"

#include <QTemporaryDir>

#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <functional>
#include <future>
#include <vector>

namespace {

using namespace belfry;
using namespace belfry::bench;
using namespace belfry::server;

constexpr Nanoseconds runTime = 3 * second;
constexpr int people = 1000;

struct Here final : Mailbox
{
    void post(Task task) override { task(); }
};

struct Sink final : CommitSink
{
    void committed(CommittedBatch batch) override
    {
        if (!batch.entries.empty()) {
            newest = batch.entries.back().seq;
        }
        for (auto* list : {&batch.answers, &batch.afterSweep}) {
            for (Answer& answer : *list) {
                answer.home->post(std::move(answer.task));
            }
        }
    }
    int online(const Audience&, const Accounts&) const override { return 0; }
    Seq published() const override { return newest; }
    bool isCongested() const override { return false; }
    std::atomic<Seq> newest{0};
};

void tell(benchmark::State& state, const Histogram& latency, std::uint64_t rows)
{
    state.SetItemsProcessed(static_cast<std::int64_t>(rows));
    state.counters["p50_ms"] = static_cast<double>(latency.at(0.5)) / 1e6;
    state.counters["p99_ms"] = static_cast<double>(latency.at(0.99)) / 1e6;
}

/// A store in the current directory's file system, with people in it.
class Senders
{
public:
    Senders() : m_directory(QStringLiteral("append_XXXXXX"))
    {
        StoreSettings settings;
        settings.path = m_directory.path().toStdString();
        settings.directory = m_descriptor = ::open(settings.path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        m_store = std::move(Store::open(settings).value());
        m_store->start(m_sink);
        for (int i = 0; i < people; ++i) {
            std::promise<Account> made;
            m_store->createUser({}, "user" + std::to_string(i), "", Role::Sender,
                                {&m_here, [&made](Result<Account> account) { made.set_value(account.value()); }});
            const Account account = made.get_future().get();
            Credential credential;
            credential.user = account.id;
            credential.generation = account.generation;
            credential.tokenId = 1;
            m_people.push_back(credential);
        }
    }
    ~Senders()
    {
        m_store->stop();
        ::close(m_descriptor);
    }

    /// A sender is no thread: it sends again from its answer, as a loop would. @return the seconds it took
    double run(int senders, Histogram& latency)
    {
        m_latency = &latency;
        m_running = senders;
        m_done = {};
        const Nanoseconds begun = now();
        m_end = begun + runTime;
        for (int sender = 0; sender < senders; ++sender) {
            send(static_cast<std::size_t>(sender));
        }
        m_done.get_future().wait();
        return static_cast<double>(now() - begun) / 1e9;
    }

private:
    void send(std::size_t sender)
    {
        Draft draft;
        draft.audience = std::vector<UserId>{m_people[m_next.fetch_add(7) % people].user};
        draft.notification = m_message;
        const Nanoseconds begun = now();
        // Answers come on the store's one thread.
        m_store->publish(m_people[sender % people], Role::Sender, std::move(draft), {},
                         {&m_here, [this, sender, begun](Result<Published>) {
                              const Nanoseconds answered = now();
                              m_latency->add(answered - begun);
                              if (answered < m_end) {
                                  send(sender);
                              } else if (--m_running == 0) {
                                  m_done.set_value();
                              }
                          }});
    }

    QTemporaryDir m_directory;
    int m_descriptor = -1;
    Here m_here;
    Sink m_sink;
    std::unique_ptr<Store> m_store;
    std::vector<Credential> m_people;
    const Notification m_message = samples::common();
    std::atomic<std::size_t> m_next{0};
    std::atomic<int> m_running{0};
    std::promise<void> m_done;
    Nanoseconds m_end = 0;
    Histogram* m_latency = nullptr;
};

void append(benchmark::State& state)
{
    Senders senders;
    Histogram latency;
    for (auto _ : state) {
        state.SetIterationTime(senders.run(static_cast<int>(state.range(0)), latency));
    }
    tell(state, latency, latency.count());
}

/// The same rows into the same schema, N of them a transaction, nothing else: no checks, no numbers to be looked up, no
/// answer, no other thread. Without checkpoints, which the
/// store has beside it.
void appendRaw(benchmark::State& state)
{
    const QTemporaryDir directory(QStringLiteral("append_raw_XXXXXX"));
    const std::string path = directory.path().toStdString();
    auto db = openDatabase(placeDatabase(-1, path).value(), path, systemClock().now()).value();
    const std::string data = samples::event(samples::common());
    const std::string folded = "deployment done\nversion 4.17.2 is on all six machines; the old one stays for a day.";
    Seq seq = 0;
    Histogram latency;
    std::uint64_t rows = 0;
    for (auto _ : state) {
        const Nanoseconds start = now();
        while (now() < start + runTime) {
            const Nanoseconds begun = now();
            db.execute("BEGIN IMMEDIATE");
            for (std::int64_t row = 0; row < state.range(0); ++row) {
                const UserId user = 1 + ++seq * 7 % people;
                std::string audience(8, '\0');
                std::memcpy(audience.data(), &user, 8);
                db.run("INSERT INTO entries VALUES (?1, 1, ?2, 17, 1, 0, NULL, NULL, NULL, ?3, ?4, ?5)", seq,
                       systemClock().now(), data, folded, Blob{audience});
                db.run("INSERT INTO deliveries VALUES (?1, ?2, 1)", user, seq);
            }
            db.execute("COMMIT");
            latency.add(now() - begun);
            rows += static_cast<std::uint64_t>(state.range(0));
        }
        state.SetIterationTime(static_cast<double>(now() - start) / 1e9);
    }
    if (db.hasFailed()) {
        state.SkipWithError(db.takeFailure().message.c_str());
        return;
    }
    tell(state, latency, rows);
}

BENCHMARK(append)
    ->Name("append/the store, senders:")
    ->Arg(1)
    ->Arg(8)
    ->Arg(64)
    ->Arg(256)
    ->Iterations(1)
    ->UseManualTime();
BENCHMARK(appendRaw)
    ->Name("append/SQLite alone, the same rows, a commit:")
    ->Arg(1)
    ->Arg(8)
    ->Arg(64)
    ->Arg(256)
    ->Iterations(1)
    ->UseManualTime();

} // namespace
