// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/deadline_wheel.h"

#include <QTest>

#include <memory>
#include <random>
#include <vector>

using namespace belfry::server;

/// The wheel of deadlines (engine.md, section 6): each passes after its time, and at most one tick later.
class DeadlinesTest final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void passesOnTime_data();
    void passesOnTime();
    void followsLaterAndEarlierDeadlines();
    void forgetsWhatWasCancelledOrDestroyed();
    void letsTheOneThatPassedDestroyOthers();
    void agreesWithAPlainList();
};

namespace {

int ticksUntilPassed(DeadlineWheel& wheel, const DeadlineEntry& entry, int most)
{
    for (int tick = 1; tick <= most; ++tick) {
        bool hasPassed = false;
        wheel.advance([&](DeadlineEntry& passed) { hasPassed = hasPassed || &passed == &entry; });
        if (hasPassed)
            return tick;
    }
    return 0;
}

} // namespace

void DeadlinesTest::passesOnTime_data()
{
    QTest::addColumn<unsigned>("ticks");
    for (const unsigned ticks : {0u, 1u, 10u, 61u, 62u, 63u, 64u, 65u, 127u, 128u, 3600u})
        QTest::addRow("%u", ticks) << ticks;
}

void DeadlinesTest::passesOnTime()
{
    QFETCH(unsigned, ticks);
    for (int start = 0; start < 70; ++start) {
        DeadlineWheel wheel;
        for (int i = 0; i < start; ++i)
            wheel.advance([](DeadlineEntry&) {});
        DeadlineEntry entry;
        wheel.schedule(entry, ticks);
        QCOMPARE(ticksUntilPassed(wheel, entry, 4000), static_cast<int>(ticks) + 1);
    }
}

void DeadlinesTest::followsLaterAndEarlierDeadlines()
{
    DeadlineWheel wheel;
    DeadlineEntry entry;
    wheel.schedule(entry, 10);
    wheel.schedule(entry, 200);
    QCOMPARE(ticksUntilPassed(wheel, entry, 1000), 201);
    wheel.schedule(entry, 60);
    wheel.schedule(entry, 5);
    QCOMPARE(ticksUntilPassed(wheel, entry, 1000), 6);
    QCOMPARE(ticksUntilPassed(wheel, entry, 200), 0);
}

void DeadlinesTest::forgetsWhatWasCancelledOrDestroyed()
{
    DeadlineWheel wheel;
    DeadlineEntry cancelled, removed;
    {
        DeadlineEntry destroyed;
        wheel.schedule(destroyed, 3);
    }
    wheel.schedule(cancelled, 3);
    wheel.cancel(cancelled);
    wheel.schedule(removed, 3);
    wheel.remove(removed);
    int passed = 0;
    for (int i = 0; i < 100; ++i)
        wheel.advance([&](DeadlineEntry&) { ++passed; });
    QCOMPARE(passed, 0);
    wheel.schedule(cancelled, 1); // a cancelled one may be used again
    QCOMPARE(ticksUntilPassed(wheel, cancelled, 10), 2);
}

void DeadlinesTest::letsTheOneThatPassedDestroyOthers()
{
    DeadlineWheel wheel;
    std::vector<std::unique_ptr<DeadlineEntry>> entries;
    for (int i = 0; i < 5; ++i) {
        entries.push_back(std::make_unique<DeadlineEntry>());
        wheel.schedule(*entries.back(), 1);
    }
    int passed = 0;
    for (int i = 0; i < 3; ++i)
        wheel.advance([&](DeadlineEntry&) {
            ++passed;
            entries.clear();
        });
    QCOMPARE(passed, 1);
}

void DeadlinesTest::agreesWithAPlainList()
{
    std::mt19937 random(7);
    DeadlineWheel wheel;
    constexpr std::size_t count = 40;
    std::vector<DeadlineEntry> entries(count);
    std::vector<unsigned> due(count, 0);
    for (unsigned now = 0; now < 5000; ++now) {
        for (int change = 0; change < 3; ++change) {
            const std::size_t i = random() % count;
            if (random() % 5 == 0) {
                wheel.cancel(entries[i]);
                due[i] = 0;
            } else {
                const unsigned ticks = random() % 150;
                wheel.schedule(entries[i], ticks);
                due[i] = now + ticks + 1;
            }
        }
        std::vector<bool> expected(count), seen(count);
        for (std::size_t i = 0; i < count; ++i)
            if (due[i] == now + 1) {
                expected[i] = true;
                due[i] = 0;
            }
        wheel.advance([&](DeadlineEntry& entry) { seen[static_cast<std::size_t>(&entry - entries.data())] = true; });
        QVERIFY(expected == seen);
    }
}

QTEST_GUILESS_MAIN(DeadlinesTest)
#include "tst_deadlines.moc"
