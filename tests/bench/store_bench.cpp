// SPDX-License-Identifier: GPL-3.0-or-later
// How many notifications a second the store commits for N senders that each wait for their answer.
// Usage: store_bench [SENDERS] [SECONDS]; the store lies in the current directory's file system.
#include "server/store/store.h"

#include <QTemporaryDir>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <future>
#include <vector>

using namespace belfry;
using namespace belfry::server;

namespace {

struct Here final : Mailbox
{
    void post(Task task) override { task(); }
};

struct BenchSink final : CommitSink
{
    void committed(CommittedBatch batch) override
    {
        for (const LogEntry& entry : batch.entries) {
            newest = entry.seq;
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

} // namespace

int main(int argc, char** argv)
{
    using SteadyClock = std::chrono::steady_clock;
    const int senders = argc > 1 ? std::atoi(argv[1]) : 64;
    const std::chrono::seconds time(argc > 2 ? std::atoi(argv[2]) : 3);
    const QTemporaryDir dir(QStringLiteral("store_bench_XXXXXX"));
    StoreSettings settings;
    settings.path = dir.path().toStdString();
    settings.directory = ::open(settings.path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    auto store = Store::open(settings);
    if (!store) {
        std::fprintf(stderr, "%s\n", store.error().message.c_str());
        return 1;
    }
    Here here;
    BenchSink sink;
    (*store)->start(sink);
    std::vector<Credential> people(1000);
    for (std::size_t i = 0; i < people.size(); ++i) {
        std::promise<Account> made;
        (*store)->createUser({}, "user" + std::to_string(i), "", Role::Sender,
                             {&here, [&made](Result<Account> account) { made.set_value(account.value()); }});
        const Account account = made.get_future().get();
        people[i].user = account.id;
        people[i].generation = account.generation;
        people[i].tokenId = 1;
    }
    // A sender is no thread: it sends again from its answer, as a loop would.
    const auto end = SteadyClock::now() + time;
    std::vector<double> milliseconds; // answers come on the store's one thread
    std::atomic<int> running{senders};
    std::promise<void> done;
    std::function<void(int)> send = [&](int sender) {
        Draft draft;
        draft.audience = std::vector<UserId>{people[static_cast<std::size_t>(std::rand()) % people.size()].user};
        draft.notification.title = "Build 4711 is through";
        draft.notification.message = std::string(120, 'm');
        const auto begun = SteadyClock::now();
        (*store)->publish(people[static_cast<std::size_t>(sender) % people.size()], Role::Sender, std::move(draft), {},
                          {&here, [&, sender, begun](Result<Published>) {
                               const auto now = SteadyClock::now();
                               milliseconds.push_back(std::chrono::duration<double, std::milli>(now - begun).count());
                               if (now < end) {
                                   send(sender);
                               } else if (--running == 0) {
                                   done.set_value();
                               }
                           }});
    };
    std::promise<void> started;
    const auto begun = SteadyClock::now();
    for (int sender = 0; sender < senders; ++sender) {
        send(sender);
    }
    done.get_future().wait();
    const double seconds = std::chrono::duration<double>(SteadyClock::now() - begun).count();
    (*store)->stop();
    std::sort(milliseconds.begin(), milliseconds.end());
    std::printf("%d senders: %.0f a second, p50 %.2f ms, p99 %.2f ms\n", senders,
                static_cast<double>(milliseconds.size()) / seconds, milliseconds[milliseconds.size() / 2],
                milliseconds[milliseconds.size() * 99 / 100]);
    return 0;
}
