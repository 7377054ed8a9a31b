// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/time.h"

#include <QTest>

using namespace belfry;

class TimeTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void readsAndWritesRfc3339_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("utc"); // empty: refused
        const auto row = [](const char* text, const char* utc) {
            QTest::newRow(text) << QByteArray(text) << QByteArray(utc);
        };
        row("2026-11-23T08:00:00.000Z", "2026-11-23T08:00:00.000Z");
        row("2026-11-23T08:00:00Z", "2026-11-23T08:00:00.000Z");
        row("2026-11-23t08:00:00z", "2026-11-23T08:00:00.000Z");
        row("2026-11-23T08:00:00.5Z", "2026-11-23T08:00:00.500Z");
        row("2026-11-23T08:00:00.123999Z", "2026-11-23T08:00:00.123Z");
        row("2026-11-23T08:00:00+07:00", "2026-11-23T01:00:00.000Z");
        row("2026-11-23T23:30:00-01:30", "2026-11-24T01:00:00.000Z");
        row("1990-12-31T23:59:60Z", "1991-01-01T00:00:00.000Z");
        row("2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000Z");
        row("1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z");
        row("9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59.999Z");
        row("0000-01-01T00:00:00-00:01", "0000-01-01T00:01:00.000Z");
        for (const char* bad :
             {"", "2026-11-23", "2026-11-23T08:00:00", "2026-13-01T00:00:00Z", "2023-02-29T00:00:00Z",
              "2026-11-23T24:00:00Z", "2026-11-23T08:60:00Z", "2026-11-23T08:00:61Z", "2026-11-23T08:00:00.Z",
              "9999-12-31T23:59:59.9999999-05:00", "9999-12-31T23:59:60Z", "0000-01-01T00:00:00+00:01",
              "2026-11-23T08:00:00Zx", "2026-11-23T08:00:00+24:00", "tomorrow", "+026-11-23T08:00:00Z"})
            row(bad, "");
    }
    void readsAndWritesRfc3339()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, utc);
        const auto time = parseTime(text.toStdString());
        QCOMPARE(time.has_value(), !utc.isEmpty());
        if (time)
            QCOMPARE(QByteArray::fromStdString(formatTime(*time)), utc);
    }
};

QTEST_APPLESS_MAIN(TimeTest)
#include "tst_time.moc"
