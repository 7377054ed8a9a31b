// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/net/handler_memory.h"

#include <QTest>

#include <cstdint>
#include <cstring>
#include <set>

using namespace belfry::server;

class HandlerMemoryTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void givesBlocksOutAgain()
    {
        HandlerMemory memory;
        std::set<void*> blocks;
        for (int i = 0; i < 1000; ++i) {
            void* const block = memory.take(HandlerMemory::blockBytes);
            std::memset(block, i, HandlerMemory::blockBytes); // nobody else's
            QVERIFY(blocks.insert(block).second);
            QCOMPARE(reinterpret_cast<std::uintptr_t>(block) % alignof(std::max_align_t), std::uintptr_t(0));
        }
        for (void* const block : blocks)
            memory.giveBack(block, HandlerMemory::blockBytes);
        for (int i = 0; i < 1000; ++i)
            QVERIFY(blocks.erase(memory.take(1 + i % HandlerMemory::blockBytes)) == 1);
    }
    void leavesWhatIsLargeToTheSystem()
    {
        HandlerMemory memory;
        void* const large = memory.take(HandlerMemory::blockBytes + 1);
        memory.giveBack(large, HandlerMemory::blockBytes + 1);
        void* const small = memory.take(8);
        memory.giveBack(small, 8);
        QCOMPARE(memory.take(8), small);
    }
};

QTEST_APPLESS_MAIN(HandlerMemoryTest)
#include "tst_handler_memory.moc"
