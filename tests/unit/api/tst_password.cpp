// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/auth/password.h"

#include <QElapsedTimer>
#include <QSemaphore>
#include <QTest>

#include <atomic>

using namespace belfry::server;

class PasswordTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void hashesWithArgon2idAndTheContractsCost()
    {
        const auto hash = hashPassword("correct horse");
        QVERIFY(hash);
        QVERIFY(hash->starts_with("$argon2id$v=19$m=65536,t=2,p=1$"));
        QVERIFY(verifyPassword(*hash, "correct horse"));
        QVERIFY(!verifyPassword(*hash, "correct horse "));
        QVERIFY(!verifyPassword(*hash, std::string_view("correct horse\0", 14)));
    }

    void nobodysPasswordNeverMatchesAndCostsTheSame()
    {
        const auto hash = hashPassword("correct horse");
        QVERIFY(hash);
        QElapsedTimer timer;
        timer.start();
        QVERIFY(!verifyPassword(*hash, "wrong"));
        const qint64 known = timer.nsecsElapsed();
        timer.restart();
        QVERIFY(!verifyPassword({}, "wrong"));
        // An Argon2id run either way: skipping it would take a ten-thousandth of the time.
        QVERIFY(timer.nsecsElapsed() * 10 > known);
    }

    void holdsPasswordsToTheirLength_data()
    {
        QTest::addColumn<QByteArray>("password");
        QTest::addColumn<bool>("isValid");
        QTest::newRow("7") << QByteArray("1234567") << false;
        QTest::newRow("8") << QByteArray("12345678") << true;
        QTest::newRow("8 code points of 3 bytes") << QByteArray("日本語日本語日本") << true;
        QTest::newRow("7 code points of 3 bytes") << QByteArray("日本語日本語日") << false;
        QTest::newRow("1,000") << QByteArray(1000, 'x') << true;
        QTest::newRow("1,001") << QByteArray(1001, 'x') << false;
        QTest::newRow("no UTF-8") << QByteArray("1234567\xff") << false;
        QTest::newRow("empty") << QByteArray() << false;
    }
    void holdsPasswordsToTheirLength()
    {
        QFETCH(QByteArray, password);
        QFETCH(bool, isValid);
        const auto result = validPassword(password.toStdString());
        QCOMPARE(result.has_value(), isValid);
        if (!isValid)
            QCOMPARE(result.error().field, std::string("password"));
    }

    void poolRefusesWhatFindsNoPlace()
    {
        PasswordPool pool(2, 4);
        QSemaphore started, go;
        std::atomic<int> done{0};
        const auto job = [&] {
            started.release();
            go.acquire();
            ++done;
        };
        for (int number = 0; number < 2; ++number)
            QVERIFY(pool.submit(job));
        QVERIFY(started.tryAcquire(2, 10'000)); // both threads are taken
        for (int number = 0; number < 4; ++number)
            QVERIFY(pool.submit(job));
        const auto refused = pool.submit(job);
        QVERIFY(!refused);
        QCOMPARE(refused.error().status, 503);
        QVERIFY(refused.error().retryAfterSeconds > 0);
        go.release(6);
        QTRY_COMPARE(done.load(), 6);
    }

    void poolDropsWhatWaitsWhenItStops()
    {
        PasswordPool pool(1, 4);
        QSemaphore started, go;
        std::atomic<int> done{0};
        QVERIFY(pool.submit([&] {
            started.release();
            go.acquire();
            ++done;
        }));
        QVERIFY(started.tryAcquire(1, 10'000));
        QVERIFY(pool.submit([&] { ++done; }));
        go.release();
        pool.stop();
        QVERIFY(done.load() >= 1);
        QVERIFY(!pool.submit([] {}));
    }
};

QTEST_GUILESS_MAIN(PasswordTest)
#include "tst_password.moc"
