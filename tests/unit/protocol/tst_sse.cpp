// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/sse_encoder.h"
#include "protocol/sse_parser.h"

#include <QTest>

using namespace belfry;

namespace {

using Events = std::vector<SseEvent>;

Events parsed(std::string_view bytes, std::size_t step = std::string_view::npos)
{
    SseParser parser;
    Events events;
    for (std::size_t at = 0; at < bytes.size(); at += std::min(step, bytes.size() - at))
        parser.feed(bytes.substr(at, step), events);
    return events;
}

} // namespace

Q_DECLARE_METATYPE(Events)

class SseTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void parsesTheStandardsExamplesHoweverTheyAreCut_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<Events>("events");
        const auto row = [](const char* name, QByteArray bytes, Events events) {
            QTest::newRow(name) << bytes << events;
        };

        // WHATWG HTML 9.2.6, the examples in their order.
        row("stocks", "data: YHOO\ndata: +2\ndata: 10\n\n", {{"message", "YHOO\n+2\n10", ""}});
        row("comment, id, empty id, leading space",
            ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n",
            {{"message", "first event", "1"}, {"message", "second event", ""}, {"message", " third event", ""}});
        row("empty data, newline data, unfinished block",
            "data\n\ndata\ndata\n\ndata:", {{"message", "", ""}, {"message", "\n", ""}});
        row("with and without space", "data:test\n\ndata: test\n\n",
            {{"message", "test", ""}, {"message", "test", ""}});

        row("event names", "event: add\ndata: 1\n\ndata: 2\n\n", {{"add", "1", ""}, {"message", "2", ""}});
        row("name without data is no event", "event: add\n\ndata: 2\n\n", {{"message", "2", ""}});
        row("CR", "data: 1\r\rdata: 2\r\r", {{"message", "1", ""}, {"message", "2", ""}});
        row("CRLF", "id: 7\r\ndata: 1\r\n\r\ndata: 2\r\n\r\n", {{"message", "1", "7"}, {"message", "2", "7"}});
        row("mixed line ends", "data: 1\r\n\ndata: 2\n\r\n", {{"message", "1", ""}, {"message", "2", ""}});
        row("byte order mark",
            "\xEF\xBB\xBF"
            "data: 1\n\n",
            {{"message", "1", ""}});
        row("only the first byte order mark",
            "\xEF\xBB\xBF\xEF\xBB\xBF"
            "data: 1\n\ndata: 2\n\n",
            {{"message", "2", ""}});
        row("half a byte order mark",
            "\xEF\xBB"
            "data: 1\n\ndata: 2\n\n",
            {{"message", "2", ""}});
        row("NUL in id is ignored", QByteArray("id: 1\ndata: a\n\nid: 2\0\ndata: b\n\n", 31),
            {{"message", "a", "1"}, {"message", "b", "1"}});
        row("id without data counts", "id: 5\n\ndata: a\n\n", {{"message", "a", "5"}});
        row("unknown fields and field without colon", "foo: bar\nbaz\ndata: a\n\n", {{"message", "a", ""}});
        row("field names are case-sensitive", "Data: a\n\ndata: b\n\n", {{"message", "b", ""}});
        row("utf-8", "data: Đơn hàng 十時 🔔\n\n", {{"message", "Đơn hàng 十時 🔔", ""}});
        row("bad utf-8 becomes U+FFFD",
            "data: a\xFF"
            "b\n\n",
            {{"message",
              "a\xEF\xBF\xBD"
              "b",
              ""}});
        // One U+FFFD a maximal subpart (WHATWG Encoding; Unicode §3.9, tables 3-8 to 3-11).
        row("cut sequence of three", "data: a\xE2\x82z\n\n", {{"message", "a\uFFFDz", ""}});
        row("cut sequence of four", "data: \xF0\x9F\x94\n\n", {{"message", "\uFFFD", ""}});
        row("cut by another", "data: \xE2\x82\xF0\x9F\x94\x94\xE2\n\n", {{"message", "\uFFFD\U0001F514\uFFFD", ""}});
        row("no shortest form", "data: \xC0\xAF\xE0\x80\xBF\xF0\x81\x82\x41\n\n",
            {{"message", "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\u0041", ""}});
        row("surrogates", "data: \xED\xA0\x80\xED\xBF\xBF\n\n",
            {{"message", "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD", ""}});
        row("beyond Unicode", "data: \xF4\x91\x92\x93\xFF\x41\x80\xBF\x42\n\n",
            {{"message", "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\u0041\uFFFD\uFFFD\u0042", ""}});
        row("cut at the end of an id", "id: 7\xE2\x82\ndata: a\n\n", {{"message", "a", "7\uFFFD"}});
        row("only one space is taken", "data:   a\n\n", {{"message", "  a", ""}});
        row("colon in the value", "data: a:b: c\n\n", {{"message", "a:b: c", ""}});
    }
    void parsesTheStandardsExamplesHoweverTheyAreCut()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(Events, events);
        for (std::size_t step :
             {std::size_t(1), std::size_t(2), std::size_t(3), std::size_t(7), std::string_view::npos})
            QCOMPARE(parsed(bytes.toStdString(), step), events);
    }

    void retryTakesDigitsOnly()
    {
        SseParser parser;
        Events events;
        parser.feed("retry: 1500\n", events);
        QCOMPARE(parser.takeRetry().value(), 1500);
        QVERIFY(!parser.takeRetry());
        parser.feed("retry: 1500ms\nretry: -1\nretry:\n", events);
        QVERIFY(!parser.takeRetry());
        parser.feed("retry: 99999999999999999999999\n", events);
        QCOMPARE(parser.takeRetry().value(), std::numeric_limits<long long>::max());
    }

    void anIdInACutOffBlockDoesNotCount()
    {
        SseParser parser;
        Events events;
        parser.feed("id: 1\ndata: a\n\nid: 2\ndata: b\n", events);
        parser.reset();
        QCOMPARE(parser.lastEventId(), std::string("1"));
        parser.feed("data: c\n\n", events);
        QCOMPARE(events.back(), (SseEvent{"message", "c", "1"}));
    }

    void linesAndEventsAreBounded()
    {
        SseParser line(100);
        Events events;
        QVERIFY(!line.feed(std::string(101, 'x'), events));
        SseParser event(100);
        bool isWithin = true;
        for (int i = 0; i < 50 && isWithin; ++i)
            isWithin = event.feed("data: 0123456789\n", events);
        QVERIFY(!isWithin);
        QVERIFY(events.empty());
    }

    void encodedEventsReadBack()
    {
        std::string bytes;
        appendSseEvent(bytes, 42, R"({"type":"x"})");
        QCOMPARE(bytes, std::string("data: {\"type\":\"x\"}\nid: 42\n\n"));
        QCOMPARE(parsed(bytes), (Events{{"message", R"({"type":"x"})", "42"}}));
        QCOMPARE(parsed(ssePing()), (Events{{"ping", R"({"type":"ping"})", ""}}));
        QCOMPARE(chunk(ssePing()).size(), std::size_t(41));
        QCOMPARE(chunk("hello"), std::string("5\r\nhello\r\n"));
        QCOMPARE(sseRetry(5000), std::string("retry: 5000\n"));
        QCOMPARE(parsed(sseRetry(5000) + sseCaughtUp(7)), (Events{{"ping", R"({"type":"ping"})", "7"}}));
    }
};

QTEST_APPLESS_MAIN(SseTest)
#include "tst_sse.moc"
