// SPDX-License-Identifier: GPL-3.0-or-later
// What a change costs among many, counted at the allocator and in entries copied.
#include "server/store/database.h"
#include "unit/store/fixture.h"

#include <malloc.h>

#include <atomic>
#include <cstdlib>
#include <map>
#include <new>
#include <random>

namespace {

std::atomic<long long> allocatedBytes{0};

} // namespace

// NOLINTBEGIN(cppcoreguidelines-no-malloc): what is behind new
void* operator new(std::size_t size)
{
    void* const memory = std::malloc(size);
    if (!memory)
        throw std::bad_alloc();
    allocatedBytes += static_cast<long long>(malloc_usable_size(memory));
    return memory;
}
void operator delete(void* memory) noexcept
{
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept
{
    std::free(memory);
}
// NOLINTEND(cppcoreguidelines-no-malloc)

using namespace belfry;
using namespace belfry::server;
using namespace belfry::server::test;
using namespace std::chrono_literals;

namespace {

constexpr int many = 100'000;

/// A value that tells how often one of its kind was copied.
struct Counted
{
    int value = 0;
    static inline long long copies = 0;
    explicit Counted(int value) : value(value) {}
    Counted(const Counted& other) : value(other.value) { ++copies; }
    Counted& operator=(const Counted& other)
    {
        value = other.value;
        ++copies;
        return *this;
    }
    Counted(Counted&&) noexcept = default;
    Counted& operator=(Counted&&) noexcept = default;
};

template <class Map> std::vector<std::pair<int, int>> contentsOf(const Map& map)
{
    std::vector<std::pair<int, int>> contents;
    map.visitAll([&contents](int key, const auto& value) {
        contents.emplace_back(key, value);
        return true;
    });
    return contents;
}

} // namespace

class AccountsTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aSharedMapIsAsAMapAndItsCopiesStay()
    {
        std::mt19937 random(7);
        SharedMap<int, int> map;
        std::map<int, int> model;
        std::vector<std::pair<SharedMap<int, int>, std::map<int, int>>> copies;
        for (int step = 0; step < 20'000; ++step) {
            const int key = static_cast<int>(random() % 3000);
            // Grows, is turned over, and is nearly emptied.
            const unsigned erased = step < 8000 ? 20 : step < 14'000 ? 50 : 85;
            if (random() % 100 < erased) {
                QCOMPARE(map.erase(key), model.erase(key) == 1);
            } else {
                map.put(key, step);
                model[key] = step;
            }
            QCOMPARE(map.size(), model.size());
            const int asked = static_cast<int>(random() % 3000);
            const int* found = map.find(asked);
            const auto wanted = model.find(asked);
            QCOMPARE(found ? *found : -1, wanted == model.end() ? -1 : wanted->second);
            if (step % 2000 == 0)
                copies.emplace_back(map, model);
        }
        copies.emplace_back(map, model);
        for (const auto& [copy, as] : copies) {
            QCOMPARE(contentsOf(copy), (std::vector<std::pair<int, int>>(as.begin(), as.end())));
            int first = -1;
            copy.visitAfter(1500, [&first](int key, int) {
                first = key;
                return false;
            });
            const auto next = as.upper_bound(1500);
            QCOMPARE(first, next == as.end() ? -1 : next->first);
        }
        while (!model.empty()) {
            QVERIFY(map.erase(model.begin()->first));
            model.erase(model.begin());
        }
        QVERIFY(map.size() == 0 && contentsOf(map).empty());
    }

    void aChangeCopiesOneLeafOfMany()
    {
        std::vector<SharedMap<int, Counted>::Entry> entries;
        for (int i = 0; i < many; ++i)
            entries.push_back({2 * i, Counted(i)});
        auto map = SharedMap<int, Counted>::fromSorted(std::move(entries));
        for (int i = 0; i < 1000; ++i) {
            const auto before = map;
            Counted::copies = 0;
            map.put(i * 199, Counted(-1));
            QVERIFY2(Counted::copies <= 32, QByteArray::number(Counted::copies));
            Counted::copies = 0;
            map.erase(i * 150);
            QVERIFY2(Counted::copies <= 48, QByteArray::number(Counted::copies));
        }
    }

    /// One account of a hundred thousand is changed: the snapshot before it is not copied.
    void aChangeOfOneAccountCostsLittleAmongMany()
    {
        Fixture f;
        {
            const auto place = placeDatabase(f.directory, f.path());
            auto db = openDatabase(*place, f.path(), f.clock.now());
            QVERIFY(db);
            db->execute("BEGIN");
            for (int id = 1; id <= many; ++id) {
                const std::string name = "person " + std::to_string(id);
                db->run("INSERT INTO users VALUES (?1, ?2, ?2, 1, ?1, 0, 'a hash that does not fit into a string "
                        "itself', ?3, 0)",
                        id, name, f.clock.now());
                if (id % 10 == 0)
                    db->run("INSERT INTO ended VALUES (?1, ?2)", id, f.clock.now() + 720h);
            }
            db->execute("UPDATE settings SET value = 200000 WHERE name = 'next_user_id'; COMMIT");
            QVERIFY(!db->hasFailed());
        }
        QVERIFY(f.open());
        const AccountsPtr before = f.store->accounts();
        QCOMPARE(before->size(), std::size_t(many));
        QCOMPARE(before->page(50'000, 3).at(2)->id, 50'003);

        const auto costs = [&](const auto& change) {
            const long long earlier = allocatedBytes;
            const bool isDone = change();
            return isDone ? allocatedBytes - earlier : -1;
        };
        UserPatch patch;
        patch.role = Role::Admin;
        const auto patched = costs([&] {
            return f.wait<Account>([&](auto reply) { f.store->patchUser({}, 77'777, patch, reply); }).has_value();
        });
        const auto added = costs([&] { return f.add("somebody new").user == 200'000; });
        const auto removed =
            costs([&] { return f.wait<Done>([&](auto reply) { f.store->deleteUser({}, 4711, reply); }).has_value(); });
        const auto ended = costs([&] {
            Credential credential = Fixture::credentialOf(*before->find(5));
            credential.tokenId = 4'000'000;
            credential.expiresAt = f.clock.now() + 1h;
            return f.wait<Done>([&](auto reply) { f.store->endSession(credential, reply); }).has_value();
        });
        // A copy of all would be 20 MB and more.
        for (const long long cost : {patched, added, removed, ended})
            QVERIFY2(cost > 0 && cost < 256 * 1024, QByteArray::number(cost));

        const AccountsPtr after = f.store->accounts();
        QCOMPARE(after->find(77'776), before->find(77'776)); // the same account, not its like
        QVERIFY(before->find(77'777)->role == Role::Sender && after->find(77'777)->role == Role::Admin);
        QVERIFY(before->find(4711) && !after->find(4711) && after->isDeleted(4711) &&
                !after->findByName("person 4711"));
        QCOMPARE(after->findByName("somebody NEW")->id, 200'000);
        QCOMPARE(after->adminCount(), 1);
        QVERIFY(f.reopen());
        QCOMPARE(f.store->accounts()->size(), std::size_t(many));
        QCOMPARE(f.store->accounts()->adminCount(), 1);
    }
};

QTEST_GUILESS_MAIN(AccountsTest)
#include "accounts_test.moc"
