// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/json.h"

#include <QTest>

using namespace belfry;

class JsonTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void keepsToRfc8259_data();
    void keepsToRfc8259();
    void readsFlatAndNestedTriggers();
    void namesTheMemberAtFault_data();
    void namesTheMemberAtFault();
    void takesWhatIsAtTheLimit();
    void carriageReturnLineFeedIsANewline();
    void dataComesBackAsItWas_data();
    void dataComesBackAsItWas();
    void whatIsWrittenReadsBack();
    void theExampleOfTheContract();
    void stateEventsReadBack();
    void whatAnyServerSendsIsHeldToTheRules();
    void dataAsDeepAsMayBeSentArrive();
    void minusZeroComesBack();
    void errorsAreReadFromAnyServer();
    void malformedTextNamesTheMember_data();
    void malformedTextNamesTheMember();
    void sentencesSayWhatCameAndWhere_data();
    void sentencesSayWhatCameAndWhere();
    void membersThatWereMeantAreNamed_data();
    void membersThatWereMeantAreNamed();
    void lengthsCountCodePoints();
    void brokenUtf8FromAServerIsReadAsBrowsersDo();
};

namespace {

std::string with(const char* member)
{
    return std::string(R"({"user_id":1,"title":"T",)") + member + "}";
}

QByteArray repeated(const char* text, int times)
{
    return QByteArray(text).repeated(times);
}

} // namespace

void JsonTest::keepsToRfc8259_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("isValid");
    const auto row = [](const char* name, QByteArray text, bool isValid) { QTest::newRow(name) << text << isValid; };
    row("object", R"({"a":[1,-2,3.5e2,true,null,"x"]})", true);
    row("surrounding white space", " \t\r\n{} \n", true);
    row("surrogate pair", R"(["\ud83d\udd14"])", true);
    row("64 deep", repeated("[", 64) + repeated("]", 64), true);
    row("two to the 64th is a double", "[18446744073709551616]", true);
    row("empty", "", false);
    row("trailing comma", "[1,]", false);
    row("trailing text", "{} x", false);
    row("comment", "{}/**/", false);
    row("single quotes", "{'a':1}", false);
    row("NaN", "[NaN]", false);
    row("leading zero", "[01]", false);
    row("leading plus", "[+1]", false);
    row("raw newline in string", "[\"a\nb\"]", false);
    row("lone surrogate", R"(["\ud83d"])", false);
    row("lone low surrogate", R"(["\udd14"])", false);
    row("bad UTF-8", "[\"\xFF\"]", false);
    row("surrogate as UTF-8", "[\"\xED\xA0\x80\"]", false);
    row("repeated member", R"({"a":1,"a":2})", false);
    row("repeated member, deep", R"({"b":[{"a":1,"a":1}]})", false);
    row("repeated member that hides others", R"({"a":{"x":1,"y":2},"a":1})", false);
    row("repeated by escape", R"({"a":1,"\u0061":2})", false);
    row("65 deep", repeated("[", 65) + repeated("]", 65), false);
    row("infinite number", "[1e400]", false);
    row("vanishing number", "[1e-400]", false);
    row("integer no double holds", "[123456789012345678901234567890]", false);
}
void JsonTest::keepsToRfc8259()
{
    QFETCH(QByteArray, text);
    QFETCH(bool, isValid);
    const auto value = parseJson(text.toStdString());
    QCOMPARE(value.has_value(), isValid);
    if (!isValid) {
        QCOMPARE(value.error().status, 400);
        QCOMPARE(value.error().code, std::string("malformed_json"));
    }
}

void JsonTest::readsFlatAndNestedTriggers()
{
    const auto flat = readDraft(R"({"user_id":1,"title":"Test","message":"It works!","type":"info"})");
    QVERIFY(flat);
    QCOMPARE(flat->audience, AudienceRequest(std::vector<UserId>{1}));
    QCOMPARE(flat->notification.title, std::string("Test"));
    QCOMPARE(flat->notification.message, std::string("It works!"));

    const auto nested = readDraft(R"({"user_id":[3,1,3],"title":"no","notification":{"title":"Test","user_id":9}})");
    QVERIFY(nested);
    QCOMPARE(nested->audience, AudienceRequest(std::vector<UserId>{1, 3}));
    QCOMPARE(nested->notification.title, std::string("Test"));

    QCOMPARE(readDraft(R"({"user_id":"all","title":"T"})")->audience, AudienceRequest(Everyone{}));
    QCOMPARE(readDraft(R"({"user":"ann","title":"T"})")->audience, AudienceRequest(std::vector<std::string>{"ann"}));
    QCOMPARE(readDraft(R"({"user":["ann","bob"],"title":"T"})")->audience,
             AudienceRequest(std::vector<std::string>{"ann", "bob"}));
}

void JsonTest::namesTheMemberAtFault_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("field");
    const auto row = [](const char* name, std::string body, const char* field) {
        QTest::newRow(name) << QByteArray::fromStdString(body) << QByteArray(field);
    };
    row("no title", R"({"user_id":1})", "title");
    row("null title", R"({"user_id":1,"title":null})", "title");
    row("empty title", R"({"user_id":1,"title":""})", "title");
    row("title is a number", R"({"user_id":1,"title":5})", "title");
    row("long title", R"({"user_id":1,"title":")" + std::string(251, 'x') + "\"}", "title");
    row("control in title", R"({"user_id":1,"title":"a\u0007"})", "title");
    row("C1 in title", R"({"user_id":1,"title":"a\u0085"})", "title");
    row("DEL in title", R"({"user_id":1,"title":"a\u007f"})", "title");
    row("lone CR", R"({"user_id":1,"title":"a\rb"})", "title");
    row("no audience", R"({"title":"T"})", "user_id");
    row("two audiences", R"({"user_id":1,"user":"ann","title":"T"})", "user");
    row("group", R"({"group":"ops","title":"T"})", "group");
    row("empty list", R"({"user_id":[],"title":"T"})", "user_id");
    row("text id", R"({"user_id":"1","title":"T"})", "user_id");
    row("fraction id", R"({"user_id":1.5,"title":"T"})", "user_id");
    row("large id", R"({"user_id":9007199254740992,"title":"T"})", "user_id");
    row("user is a number", R"({"user":1,"title":"T"})", "user");
    row("type", with(R"("type":"fatal")"), "type");
    row("priority", with(R"("priority":1)"), "priority");
    row("category", with(("\"category\":\"" + std::string(65, 'x') + "\"").c_str()), "category");
    row("url scheme", with("\"url\":\"javascript:alert(1)\""), "url");
    row("url without host", with(R"("url":"https://")"), "url");
    row("url with a space", with(R"("url":"https://a b/")"), "url");
    row("key", with(("\"key\":\"" + std::string(129, 'x') + "\"").c_str()), "key");
    row("require_ack", with(R"("require_ack":"yes")"), "require_ack");
    row("five answers", with(R"("answers":["1","2","3","4","5"])"), "answers");
    row("long answer", with(("\"answers\":[\"" + std::string(41, 'x') + "\"]").c_str()), "answers");
    row("empty answer", with(R"("answers":[""])"), "answers");
    row("expires_at", with(R"("expires_at":"tomorrow")"), "expires_at");
    row("data is a list", with(R"("data":[1])"), "data");
    row("long data", with(("\"data\":{\"a\":\"" + std::string(8192, 'x') + "\"}").c_str()), "data");
    row("deliver_at", with(R"("deliver_at":"2030-01-01T00:00:00Z")"), "deliver_at");
    row("repeat_every", with(R"("repeat_every":30)"), "repeat_every");
    row("notification is text", R"({"user_id":1,"notification":"T"})", "notification");
    row("a list", "[]", "");
}
void JsonTest::namesTheMemberAtFault()
{
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, field);
    const auto draft = readDraft(body.toStdString());
    QVERIFY(!draft);
    QCOMPARE(draft.error().status, 400);
    QCOMPARE(QByteArray::fromStdString(draft.error().field), field);
    QVERIFY(!draft.error().message.empty());
}

void JsonTest::takesWhatIsAtTheLimit()
{
    std::string bells;
    for (int i = 0; i < 250; ++i)
        bells += "🔔";
    const auto draft = readDraft(R"({"user_id":1,"title":")" + bells + R"(","message":")" + std::string(8000, 'x') +
                                 R"(","answers":["a","b","c","d"],"url":"HTTPS://example.com/?q=ä","unknown":[]})");
    QVERIFY(draft);
    QCOMPARE(draft->notification.title, bells);
}

void JsonTest::carriageReturnLineFeedIsANewline()
{
    QCOMPARE(readDraft(R"({"user_id":1,"title":"a\r\nb\tc"})")->notification.title, std::string("a\nb\tc"));
}

void JsonTest::dataComesBackAsItWas_data()
{
    QTest::addColumn<QByteArray>("data");
    for (const char* data :
         {R"({"n":9223372036854775807})", R"({"n":-9223372036854775808})", R"({"n":18446744073709551615})",
          R"({"z":1,"a":2})", R"({"d":0.1,"e":1.7976931348623157e+308})",
          R"({"t":"\u0000\"\\\n","e":{},"l":[],"b":[true,false,null]})", R"({"t":"Đơn hàng"})"})
        QTest::newRow(data) << QByteArray(data);
}
void JsonTest::dataComesBackAsItWas()
{
    QFETCH(QByteArray, data);
    const auto draft = readDraft(with(("\"data\":" + data).constData()));
    QVERIFY(draft);
    QCOMPARE(QByteArray::fromStdString(draft->notification.data), data);
}

void JsonTest::whatIsWrittenReadsBack()
{
    Notification n;
    n.title = "Fire \"drill\"\nat 10";
    n.message = "Out\tnow";
    n.type = Type::Warning;
    n.priority = Priority::Critical;
    n.category = "safety";
    n.url = "https://example.com/";
    n.key = "drill";
    n.requireAck = true;
    n.answers = {"Yes", "No"};
    n.expiresAt = parseTime("2030-01-01T00:00:00Z");
    n.data = R"({"room":7})";
    n.sender = {1, "admin"};
    n.createdAt = *parseTime("2026-11-23T08:00:00Z");
    n.replaces = 41;
    n.id = 42;
    const std::string event = notificationEvent(notificationItem(42, notificationMembers(n), n.createdAt, n.replaces));
    QVERIFY(event.find('\n') == std::string::npos);
    QCOMPARE(std::get<Notification>(parseStreamEvent(event)), n);
}

void JsonTest::theExampleOfTheContract()
{
    Notification n;
    n.title = "Test";
    n.message = "It works!";
    n.sender = {1, "admin"};
    QCOMPARE(notificationEvent(notificationItem(42, notificationMembers(n), *parseTime("2026-11-23T08:00:00Z"), {})),
             std::string(
                 R"({"type":"notification","data":{"id":42,"title":"Test","message":"It works!","type":"info",)"
                 R"("priority":"normal","sender":{"id":1,"name":"admin"},"created_at":"2026-11-23T08:00:00.000Z"}})"));
}

void JsonTest::stateEventsReadBack()
{
    QCOMPARE(std::get<ReadState>(parseStreamEvent(readEvent({{1, 2}, {}}))), (ReadState{{1, 2}, {}}));
    QCOMPARE(std::get<ReadState>(parseStreamEvent(readEvent({{}, 9}))), (ReadState{{}, 9}));
    QCOMPARE(std::get<UnreadState>(parseStreamEvent(unreadEvent({{3}}))), (UnreadState{{3}}));
    const Acked acked{5, {2, "ann"}, "Yes", *parseTime("2026-11-23T08:00:00Z")};
    QCOMPARE(std::get<Acked>(parseStreamEvent(ackedEvent(acked))), acked);
    QCOMPARE(std::get<Retracted>(parseStreamEvent(retractedEvent({6, "k", 3}))), (Retracted{6, "k", 3}));
    QCOMPARE(std::get<Retracted>(parseStreamEvent(retractedEvent({6, "", {}}))), (Retracted{6, "", {}}));
    QCOMPARE(std::get<Reset>(parseStreamEvent(resetEvent("log"))), Reset{"log"});
    QVERIFY(std::holds_alternative<Ping>(parseStreamEvent(pingEvent())));
    QCOMPARE(std::get<Unknown>(parseStreamEvent(R"({"type":"weather"})")).type, std::string("weather"));
    QVERIFY(std::holds_alternative<Unknown>(parseStreamEvent("{")));
}

void JsonTest::whatAnyServerSendsIsHeldToTheRules()
{
    const auto object = parseJsonObject(
        R"({"id":-1,"title":"a\u0007b\u0085c","message":5,"type":"fatal","url":"javascript:x","key":7,"answers":["ok",5,"a\u0000"],"expires_at":"soon"})");
    const auto n = lenientNotification(*object);
    QVERIFY(n);
    QCOMPARE(n->id, 0);
    QCOMPARE(n->title, std::string("abc"));
    QCOMPARE(n->message, std::string("javascript:x"));
    QVERIFY(n->type == Type::Info);
    QVERIFY(n->url.empty() && n->key.empty() && !n->expiresAt);
    QCOMPARE(n->answers, std::vector<std::string>{"ok"});
    QVERIFY(!lenientNotification(*parseJsonObject(R"({"id":1})")));
    const auto cut = lenientNotification(*parseJsonObject(R"({"title":")" + std::string(300, 'x') + "\"}"));
    QCOMPARE(codePoints(cut->title), limits::title);
}

/// Found by tests/fuzz: an event, and a list, put more around the data than the request did.
void JsonTest::dataAsDeepAsMayBeSentArrive()
{
    const std::string lists = std::string(62, '[') + std::string(62, ']');
    const auto draft = readDraft(R"({"user_id":1,"title":"t","data":{"a":)" + lists + "}}");
    QVERIFY(draft);
    QVERIFY(!readDraft(R"({"user_id":1,"title":"t","data":{"a":[)" + lists + "]}}"));
    const std::string item = notificationItem(1, notificationMembers(draft->notification), Time{}, {});
    const auto event = parseStreamEvent(notificationEvent(item));
    QVERIFY(std::holds_alternative<Notification>(event));
    QCOMPARE(std::get<Notification>(event).data, "{\"a\":" + lists + "}");
    QVERIFY(parseServerObject("{\"notifications\":[{" + item + "}]}"));
    QVERIFY(!parseServerObject(R"({"a":)" + std::string(80, '[') + std::string(80, ']') + "}"));
}

/// Found by tests/fuzz.
void JsonTest::minusZeroComesBack()
{
    const auto draft = readDraft(R"({"user_id":1,"title":"t","data":{"a":[-0e5,-0.0]}})");
    QVERIFY(draft);
    QCOMPARE(draft->notification.data, std::string(R"({"a":[-0.0,-0.0]})"));
    QCOMPARE(readDraft(R"({"user_id":1,"title":"t","data":)" + draft->notification.data + "}")->notification.data,
             draft->notification.data);
}

void JsonTest::errorsAreReadFromAnyServer()
{
    const auto ours = parseError(400, errorBody({400, "invalid", "No.", "title", 0}));
    QCOMPARE(ours, (Error{400, "invalid", "No.", "title", 0}));
    QVERIFY(!parseError(502, "<html>").message.empty());
}

void JsonTest::malformedTextNamesTheMember_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("field");
    const auto row = [](const char* name, const char* body, const char* field) {
        QTest::newRow(name) << QByteArray(body) << QByteArray(field);
    };
    row("lone surrogate", R"({"user_id":1,"title":"a\ud83d b","message":"x"})", "title");
    row("lone low surrogate", R"({"user_id":1,"message":"x","title":"\udd14"})", "title");
    row("in a list", R"({"user_id":1,"title":"T","answers":["Yes","\ud83d"]})", "answers");
    row("nested", R"({"user_id":1,"notification":{"title":"T","message":"\ud83d"}})", "message");
    row("number", R"({"user_id":1,"title":"T","data":{"a":{"b":[1,1e400]}}})", "data");
    row("long integer", R"({"user_id":123456789012345678901234567890,"title":"T"})", "user_id");
    row("nested number", R"({"user_id":1,"notification":{"title":"T","data":{"x":1e400}}})", "data");
    row("not UTF-8",
        "{\"user_id\":1,\"title\":\"Gr\xFC\xDF"
        "e\"}",
        "title");
    row("twice", R"({"user_id":1,"title":"T","title":"U"})", "title");
    row("twice, deep", R"({"user_id":1,"title":"T","data":{"x":{"y":1,"y":2}}})", "data");
    row("too deep", (R"({"user_id":1,"data":)" + std::string(70, '[') + std::string(70, ']') + "}").c_str(), "data");
    row("raw control character", "{\"user_id\":1,\"title\":\"a\ab\"}", "title");
    row("between members", R"({"user_id":1,"title":"T" "message":"x"})", "");
    row("no object", R"(["\ud83d"])", "");
}
void JsonTest::malformedTextNamesTheMember()
{
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, field);
    const auto draft = readDraft(body.toStdString());
    QVERIFY(!draft);
    QCOMPARE(draft.error().code, std::string("malformed_json"));
    QVERIFY2(draft.error().field == field.toStdString(), draft.error().message.c_str());
}

void JsonTest::sentencesSayWhatCameAndWhere_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("part");
    const auto row = [](const char* name, const QByteArray& body, const char* part) {
        QTest::newRow(name) << body << QByteArray(part);
    };
    row("Latin-1",
        "{\"user_id\":1,\"title\":\"Gr\xFC\xDF"
        "e\"}",
        "not UTF-8: byte 0xFC at 24");
    row("cut character", "{\"title\":\"\xE2\x82\"}", "not UTF-8: byte 0xE2 at 10");
    row("UTF-16, little end first", QByteArray("{\0\"\0t\0\"\0", 8), "UTF-16");
    row("UTF-16, big end first", QByteArray("\0{\0\"\0t\0\"", 8), "UTF-16");
    row("UTF-16 with its mark", QByteArray("\xFF\xFE{\0}\0", 6), "UTF-16");
    row("byte order mark", "\xEF\xBB\xBF{\"user_id\":1,\"title\":\"T\"}", "byte order mark");
    row("bell", R"({"user_id":1,"title":"one two thre\u0007"})", "U+0007 at 12");
    row("after code points", R"({"user_id":1,"title":"\ud83d\udd14é\u001b[1m"})", "U+001B at 2");
    row("C1", R"({"user_id":1,"title":"ab\u0085"})", "U+0085 at 2");
    row("lone CR", R"({"user_id":1,"title":"a\r\nb\rc"})", "U+000D at 4");
    row("raw bell", "{\"user_id\":1,\"title\":\"a\ab\"}", "U+0007");
    row("everybody by name", R"({"user":"all","title":"T"})", "“user_id”: \"all\"");
    row("everybody in a list", R"({"user":["ann","All"],"title":"T"})", "“user_id”: \"all\"");
    row("name as id", R"({"user_id":"ann","title":"T"})", "“user”: \"ann\"");
    row("id in quotes", R"({"user_id":"12","title":"T"})", "12 without quotes");
    row("id as name", R"({"user":12,"title":"T"})", "“user_id”");
    row("digits as name", R"({"user":"12","title":"T"})", "“user_id”: 12");
}
void JsonTest::sentencesSayWhatCameAndWhere()
{
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, part);
    const auto draft = readDraft(body.toStdString());
    QVERIFY(!draft);
    QCOMPARE(draft.error().status, 400);
    QVERIFY2(QByteArray::fromStdString(draft.error().message).contains(part), draft.error().message.c_str());
}

void JsonTest::membersThatWereMeantAreNamed_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArrayList>("ignored");
    const auto row = [](const char* body, const QByteArrayList& ignored) {
        QTest::newRow(body) << QByteArray(body) << ignored;
    };
    row(R"({"user_id":1,"title":"T","body":"x"})", {"body"});
    row(R"({"user_id":1,"title":"T","titel":"x","prio":"high","mesage":"y"})", {"titel", "prio", "mesage"});
    row(R"({"user_id":1,"title":"T","Message":"x","userId":2,"expires-at":"x"})", {"Message", "userId", "expires-at"});
    row(R"({"user_id":1,"title":"T","text":"x","link":"y","severity":3})", {"text", "link", "severity"});
    row(R"({"user_id":1,"title":"T","priority":"high","data":{"body":"x"},"order":5,"host":"h"})", {});
    row(R"({"user_id":1,"title":"T","body":null})", {});
    row(R"({"user_id":1,"notification":{"title":"T","msg":"x"}})", {"msg"});
    row(R"({"user_id":1,"priority":"high","notification":{"title":"T","user_id":2}})", {"priority", "user_id"});
    row(R"({"user_id":1,"body":1,"notification":{"title":"T","body":2}})", {"body"});
}
void JsonTest::membersThatWereMeantAreNamed()
{
    QFETCH(QByteArray, body);
    QFETCH(QByteArrayList, ignored);
    const auto draft = readDraft(body.toStdString());
    QVERIFY(draft);
    QByteArrayList named;
    for (const std::string& member : draft->ignored)
        named.append(QByteArray::fromStdString(member));
    QCOMPARE(named, ignored);
}

void JsonTest::lengthsCountCodePoints()
{
    const auto bells = [](int count) { return repeated("\U0001F514", count).toStdString(); };
    const std::string body = R"({"user_id":1,"title":")" + bells(250) + R"(","message":")" + bells(8000) +
                             R"(","category":")" + bells(64) + R"(","key":")" + bells(128) + R"(","answers":[")" +
                             bells(40) + "\"]}";
    const auto draft = readDraft(body);
    QVERIFY2(draft, draft ? "" : draft.error().message.c_str());
    const auto read = lenientNotification(*parseServerObject(body));
    QVERIFY(read);
    QCOMPARE(read->title, draft->notification.title);
    QCOMPARE(read->message, draft->notification.message);
    QCOMPARE(read->category, draft->notification.category);
    QCOMPARE(read->key, draft->notification.key);
    QCOMPARE(read->answers, draft->notification.answers);
    const auto cut = lenientNotification(*parseServerObject("{\"title\":\"" + bells(251) + "\"}"));
    QCOMPARE(cut->title, bells(250));
}

void JsonTest::brokenUtf8FromAServerIsReadAsBrowsersDo()
{
    const auto item = parseServerObject("{\"title\":\"a\xE2\x82 b\xF0\x9F\x94\"}");
    QVERIFY(item);
    QCOMPARE(lenientNotification(*item)->title, std::string("a\uFFFD b\uFFFD"));
    QCOMPARE(parseError(400, "{\"error\":\"Gr\xFC\xDF"
                             "e\"}")
                 .message,
             std::string("Gr\uFFFD\uFFFDe"));
}

QTEST_APPLESS_MAIN(JsonTest)
#include "tst_json.moc"
