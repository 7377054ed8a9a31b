// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/store/store.h"

#include <QTemporaryDir>
#include <QTest>

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>

namespace belfry::server::test {

/// A clock that tests turn.
class TurnedClock final : public Clock
{
public:
    Time now() const override { return Time(std::chrono::milliseconds(m_now.load())); }
    std::chrono::steady_clock::time_point monotonic() const override
    {
        m_passed += m_step;
        return std::chrono::steady_clock::now() + std::chrono::milliseconds(m_passed.load());
    }
    /// Time passes.
    void turn(std::chrono::milliseconds by)
    {
        m_now += by.count();
        m_passed += by.count();
    }
    /// So long everything takes from now on, from one look at the clock to the next.
    void takeTime(std::chrono::milliseconds step) { m_step = step.count(); }
    /// The wall clock is set, and no time passes.
    void set(std::chrono::milliseconds by) { m_now += by.count(); }

private:
    std::atomic<std::int64_t> m_now{1'795'000'000'000}; // November 2026
    mutable std::atomic<std::int64_t> m_passed{0};
    std::atomic<std::int64_t> m_step{0};
};

/// A home whose tasks run when somebody waits for them.
class Desk final : public Mailbox
{
public:
    void post(Task task) override
    {
        const std::lock_guard lock(m_mutex);
        m_tasks.push_back(std::move(task));
        m_wake.notify_all();
    }
    /// Runs the next task; false where none came within ten seconds.
    bool runOne()
    {
        std::unique_lock lock(m_mutex);
        if (!m_wake.wait_for(lock, std::chrono::seconds(10), [this] { return !m_tasks.empty(); })) {
            return false;
        }
        Task task = std::move(m_tasks.front());
        m_tasks.pop_front();
        lock.unlock();
        task();
        return true;
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::deque<Task> m_tasks;
};

/// What the hub would be told, kept.
class KeptSink final : public CommitSink
{
public:
    explicit KeptSink(Seq newest) : m_published(newest) {}
    void committed(CommittedBatch batch) override
    {
        {
            std::unique_lock lock(m_mutex);
            m_isHere = true;
            m_wake.notify_all();
            m_wake.wait(lock, [this] { return !m_isHeld; });
            for (LogEntry& entry : batch.entries) {
                m_published = entry.seq;
                m_entries.push_back(std::move(entry));
            }
            m_dead.insert(m_dead.end(), batch.dead.begin(), batch.dead.end());
            m_batches += 1;
        }
        for (auto* list : {&batch.answers, &batch.afterSweep}) {
            for (Answer& answer : *list) {
                answer.home->post(std::move(answer.task));
            }
        }
    }
    int online(const Audience&, const Accounts&) const override { return 0; }
    Seq published() const override { return m_published; }
    bool isCongested() const override { return m_isCongested; }

    std::vector<LogEntry> entries() const
    {
        const std::lock_guard lock(m_mutex);
        return m_entries;
    }
    std::vector<Seq> dead() const
    {
        const std::lock_guard lock(m_mutex);
        return m_dead;
    }
    int batches() const { return m_batches; }
    void setCongested(bool isCongested) { m_isCongested = isCongested; }
    /// Keeps the store's thread with the next commit until release().
    void hold()
    {
        const std::lock_guard lock(m_mutex);
        m_isHeld = true;
        m_isHere = false;
    }
    void waitUntilHeld()
    {
        std::unique_lock lock(m_mutex);
        m_wake.wait_for(lock, std::chrono::seconds(10), [this] { return m_isHere; });
    }
    void release()
    {
        const std::lock_guard lock(m_mutex);
        m_isHeld = false;
        m_wake.notify_all();
    }

private:
    mutable std::mutex m_mutex;
    std::condition_variable m_wake;
    bool m_isHeld = false, m_isHere = false;
    std::vector<LogEntry> m_entries;
    std::vector<Seq> m_dead;
    std::atomic<Seq> m_published;
    std::atomic<int> m_batches{0};
    std::atomic<bool> m_isCongested{false};
};

/// A store in a directory of its own, asked and waited for.
class Fixture
{
public:
    Fixture() { directory = ::open(path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); }
    ~Fixture()
    {
        close();
        ::close(directory);
    }
    std::string path() const { return dir.path().toStdString(); }

    Result<void> open()
    {
        settings.directory = directory;
        settings.path = path();
        auto opened = Store::open(settings, clock);
        if (!opened) {
            return tl::unexpected(opened.error());
        }
        store = std::move(*opened);
        sink = std::make_unique<KeptSink>(store->newest());
        store->start(*sink);
        return {};
    }
    /// Ends the store, and looks whether it left a sound one: after every scenario.
    void close();
    Result<void> reopen()
    {
        close();
        return open();
    }

    /// Calls `ask` with a reply and waits for it.
    template <class T, class Ask> Result<T> wait(Ask ask)
    {
        Desk desk;
        std::optional<Result<T>> answer;
        ask(Reply<T>{&desk, [&answer](Result<T> result) { answer = std::move(result); }});
        while (!answer && desk.runOne()) {
        }
        return answer ? std::move(*answer) : failure(500, "test", "No answer came.");
    }

    Credential add(const std::string& name, Role role = Role::Receiver)
    {
        const auto account = wait<Account>([&](auto reply) { store->createUser({}, name, "hash", role, reply); });
        return account ? credentialOf(*account) : Credential{};
    }
    static Credential credentialOf(const Account& account)
    {
        Credential credential;
        credential.user = account.id;
        credential.generation = account.generation;
        credential.tokenId = 1;
        credential.kind = account.isExternal ? TokenKind::External : TokenKind::SignIn;
        return credential;
    }

    static Draft draft(AudienceRequest audience, const std::string& title = "Test")
    {
        Draft draft;
        draft.audience = std::move(audience);
        draft.notification.title = title;
        return draft;
    }
    Result<Published> publish(const Credential& by, Draft draft, IdempotencyKey key = {})
    {
        return wait<Published>(
            [&](auto reply) { store->publish(by, Role::Sender, std::move(draft), std::move(key), reply); });
    }
    Seq send(const Credential& by, AudienceRequest audience, const std::string& title = "Test")
    {
        const auto published = publish(by, draft(std::move(audience), title));
        return published ? published->id : -published.error().status;
    }
    Result<std::int64_t> read(const Credential& by, ReadState what)
    {
        return wait<std::int64_t>([&](auto reply) { store->markRead(by, std::move(what), reply); });
    }
    Result<std::int64_t> unread(const Credential& by, std::vector<Seq> ids)
    {
        return wait<std::int64_t>([&](auto reply) { store->markUnread(by, std::move(ids), reply); });
    }
    Result<AckState> acknowledge(const Credential& by, Seq id, std::optional<std::string> answer = {})
    {
        return wait<AckState>([&](auto reply) { store->acknowledge(by, id, std::move(answer), reply); });
    }
    Result<Done> retract(const Credential& by, Seq id)
    {
        return wait<Done>([&](auto reply) { store->retract(by, id, reply); });
    }
    Result<ListPage> list(const Credential& by, ListQuery query = {})
    {
        return wait<ListPage>([&](auto reply) { store->list(by.user, std::move(query), reply); });
    }
    Result<ReplayPage> replay(const Credential& by, Seq cursor, bool isFromStart = false)
    {
        const Seq tail = sink->published();
        return wait<ReplayPage>([&](auto reply) { store->replay({by.user, cursor, tail, isFromStart}, reply); });
    }

    QTemporaryDir dir;
    int directory = -1;
    TurnedClock clock;
    StoreSettings settings;
    std::unique_ptr<Store> store;
    std::unique_ptr<KeptSink> sink;
    bool isSound = true; ///< false: the scenario damaged the store itself
};

/// The numbers of a list's items, in their order.
std::vector<Seq> idsOf(const Result<ListPage>& page);
/// The numbers of a replay's entries.
std::vector<Seq> idsOf(const Result<ReplayPage>& page);

} // namespace belfry::server::test
