// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/auth/opaque_string.h"
#include "server/auth/password.h"

#include <QElapsedTimer>
#include <QSemaphore>
#include <QTest>

#include <sodium.h>

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
        QCOMPARE(verifyPassword(*hash, "correct horse"), PasswordVerdict::Right);
        QCOMPARE(verifyPassword(*hash, "correct horse "), PasswordVerdict::Wrong);
        QCOMPARE(verifyPassword(*hash, std::string_view("correct horse\0", 14)), PasswordVerdict::Wrong);
    }

    void readsWhatLibsodiumWrites()
    {
        // Made by crypto_pwhash_str of other costs; and what is none is not looked at.
        char cheap[crypto_pwhash_STRBYTES];
        QCOMPARE(crypto_pwhash_str_alg(cheap, "correct horse", 13, 3, 8 * 1024 * 1024, crypto_pwhash_ALG_ARGON2ID13),
                 0);
        QCOMPARE(verifyPassword(cheap, "correct horse"), PasswordVerdict::Right);
        QCOMPARE(verifyPassword(cheap, "correct house"), PasswordVerdict::Wrong);
        const auto hash = hashPassword("correct horse");
        QVERIFY(hash);
        QCOMPARE(crypto_pwhash_str_verify(hash->c_str(), "correct horse", 13), 0);
        for (const char* none :
             {"x", "$argon2id$v=19$m=65536,t=2,p=1$$", "$argon2id$v=19$m=65536,t=2,p=1$c2FsdA$aGFzaA"})
            QCOMPARE(verifyPassword(none, "correct horse"), PasswordVerdict::NotLookedAt);
    }

    void nobodysPasswordNeverMatchesAndCostsTheSame()
    {
        const auto hash = hashPassword("correct horse");
        QVERIFY(hash);
        QElapsedTimer timer;
        timer.start();
        QCOMPARE(verifyPassword(*hash, "wrong"), PasswordVerdict::Wrong);
        const qint64 known = timer.nsecsElapsed();
        timer.restart();
        QCOMPARE(verifyPassword({}, "wrong"), PasswordVerdict::Wrong);
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

    void comparesInOneForm_data()
    {
        QTest::addColumn<QByteArray>("typed");
        QTest::addColumn<QByteArray>("form");
        QTest::newRow("plain") << QByteArray("correct horse") << QByteArray("correct horse");
        QTest::newRow("decomposed") << QByteArray("Vie\xcc\xa3\xcc\x82t Nam") << QByteArray("Vi\xe1\xbb\x87t Nam");
        QTest::newRow("other order") << QByteArray("Vi\xc3\xaa\xcc\xa3t Nam") << QByteArray("Vi\xe1\xbb\x87t Nam");
        QTest::newRow("jamo") << QByteArray("\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab") << QByteArray("\xed\x95\x9c");
        // RFC 8265 §4.3: case stays, any space is a plain one.
        QTest::newRow("case") << QByteArray("\xcf\x80\xce\xa0") << QByteArray("\xcf\x80\xce\xa0");
        QTest::newRow("Ogham space") << QByteArray("foo\xe1\x9a\x80"
                                                   "bar")
                                     << QByteArray("foo bar");
        QTest::newRow("width stays") << QByteArray("\xef\xbc\xa1") << QByteArray("\xef\xbc\xa1");
        QTest::newRow("no UTF-8") << QByteArray("a\xff") << QByteArray("a\xff");
    }
    void comparesInOneForm()
    {
        QFETCH(QByteArray, typed);
        QFETCH(QByteArray, form);
        QCOMPARE(QByteArray::fromStdString(opaqueForm(typed.toStdString())), form);
    }

    void takesNewOnesOfFreeformCharacters_data()
    {
        QTest::addColumn<QString>("password");
        QTest::addColumn<bool>("isValid");
        const auto row = [](const char* name, const QString& text, bool isValid) {
            QTest::newRow(name) << QStringLiteral("12345678") + text << isValid;
        };
        row("symbols", QStringLiteral("\u265a\u20ac\u00bd\ufb01"), true); // RFC 8265 §4.3, example 5 among them
        row("emoji", QStringLiteral("\U0001F40E"), true);
        row("Han", QStringLiteral("\u6b63\u3007"), true);
        row("tab", QStringLiteral("\t"), false); // example 12
        row("bell", QStringLiteral("\a"), false);
        row("soft hyphen", QStringLiteral("\u00ad"), false);
        row("zero width space", QStringLiteral("\u200b"), false);
        row("line separator", QStringLiteral("\u2028"), false);
        row("private use", QStringLiteral("\ue000"), false);
        row("noncharacter", QStringLiteral("\ufdd0"), false);
        row("unassigned", QStringLiteral("\u0378"), false);
        row("old jamo", QStringLiteral("\u1113"), false);
        row("tatweel", QStringLiteral("\u0640"), false);
        row("joiner after virama", QStringLiteral("\u0915\u094d\u200d"), true);
        row("joiner alone", QStringLiteral("a\u200d"), false);
        row("non-joiner between Arabic letters", QStringLiteral("\u0628\u200c\u0628"), true);
        row("non-joiner alone", QStringLiteral("a\u200cb"), false);
        row("middle dot between l", QStringLiteral("l\u00b7l"), true);
        row("middle dot elsewhere", QStringLiteral("a\u00b7b"), false);
        row("Arabic digits of one kind", QStringLiteral("\u0661\u0662"), true);
        row("Arabic digits of both kinds", QStringLiteral("\u0661\u06f2"), false);
    }
    void takesNewOnesOfFreeformCharacters()
    {
        QFETCH(QString, password);
        QFETCH(bool, isValid);
        const auto valid = validPassword(password.toStdString());
        QCOMPARE(valid.has_value(), isValid);
        if (!isValid)
            QCOMPARE(valid.error().field, std::string("password"));
    }

    void lengthsCountTheFormThatIsCompared()
    {
        const std::string decomposed("e\xcc\x81"), composed("\xc3\xa9");
        std::string four, seven, thousand;
        for (int letter = 0; letter < 1000; ++letter) {
            (letter < 4 ? four : thousand) += decomposed;
            if (letter < 7)
                seven += composed;
        }
        thousand += four;
        QVERIFY(!validPassword(four)); // 8 as typed
        QVERIFY(!validPassword(seven));
        QVERIFY(validPassword(thousand)); // 2,000 as typed
        QVERIFY(!isTooLong(thousand));
        QVERIFY(isTooLong(thousand + "x"));
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
