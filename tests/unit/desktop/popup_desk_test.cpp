// SPDX-License-Identifier: GPL-3.0-or-later
// Popups from end to end but for the screen: a server of our own, a real client and inbox, and a notifier that notes
// what it is asked to show.
#include "app/desktop/hosting/hosting.h"
#include "app/desktop/notifier/notifier.h"
#include "app/desktop/popups/popup_desk.h"
#include "app/desktop/preferences.h"
#include "client/client.h"
#include "server/server.h"
#include "tests/unit/desktop/http_call.h"

#include <QDesktopServices>
#include <QJsonArray>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace belfry;
using namespace belfry::desktop;

namespace {

/// A screen without a daemon: takes everything, and says so a moment later, as a bus does.
class NotingNotifier final : public Notifier
{
    Q_OBJECT
public:
    void show(PopupId id, const Popup& popup) override
    {
        if (standing.contains(id))
            ++replacements;
        standing.insert(id, popup);
        if (answers)
            QMetaObject::invokeMethod(
                this, [this, id] { Q_EMIT shown(id); }, Qt::QueuedConnection);
    }
    void close(PopupId id) override { standing.remove(id); }
    void flush() override { ++flushes; }

    PopupId idOf(const QString& title) const
    {
        for (auto one = standing.begin(); one != standing.end(); ++one) {
            if (one->title == title)
                return one.key();
        }
        return 0;
    }
    Popup of(const QString& title) const { return standing.value(idOf(title)); }

    QHash<PopupId, Popup> standing;
    int replacements = 0;
    int flushes = 0;
    bool answers = true;
};

QStringList names(const Popup& popup)
{
    QStringList all;
    for (const PopupButton& one : popup.buttons)
        all.append(one.name);
    return all;
}

} // namespace

class PopupDeskTest : public QObject
{
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_directory;
    std::unique_ptr<Preferences> m_preferences;
    std::unique_ptr<Hosting> m_hosting;
    std::unique_ptr<client::Client> m_client;
    std::unique_ptr<PopupDesk> m_desk;
    NotingNotifier* m_screen = nullptr;
    server::OwnerSignIn m_owner;

    void makeDesk()
    {
        m_desk.reset();
        m_client.reset();
        m_client =
            std::make_unique<client::Client>(m_directory->filePath(QStringLiteral("client")), QStringLiteral("test"));
        auto screen = std::make_unique<NotingNotifier>();
        m_screen = screen.get();
        m_desk = std::make_unique<PopupDesk>(*m_client, *m_preferences, systemClock(), std::move(screen));
        m_client->start();
        m_client->useOwnServer(m_hosting->address(), m_hosting->serverId(), QStringLiteral("here"), m_owner.id,
                               m_owner.name, m_owner.token);
        QTRY_COMPARE_WITH_TIMEOUT(m_client->status().state, client::LinkState::Live, 20'000);
    }
    /// Its number at the server.
    qint64 send(const QString& title, QJsonObject more = {})
    {
        more.insert(QStringLiteral("title"), title);
        more.insert(QStringLiteral("message"), QStringLiteral("A message."));
        more.insert(QStringLiteral("user_id"), qint64(m_owner.id));
        return api("POST", QStringLiteral("/api/notifications/trigger/"), more)
            .answer.value(QStringLiteral("id"))
            .toInteger();
    }
    HttpCall api(const QByteArray& method, const QString& path, const QJsonObject& body = {})
    {
        return HttpCall::make(method, m_hosting->address() + path, m_owner.token, body);
    }
    QJsonObject listed(qint64 id)
    {
        const HttpCall list = api("GET", QStringLiteral("/api/notifications/"));
        for (const QJsonValue& one : list.answer.value(QStringLiteral("notifications")).toArray()) {
            if (one.toObject().value(QStringLiteral("id")).toInteger() == id)
                return one.toObject();
        }
        return {};
    }
    bool stands(const QString& title)
    {
        return QTest::qWaitFor([&] { return m_screen->idOf(title) != 0; }, 10'000);
    }
    bool isGone(const QString& title)
    {
        return QTest::qWaitFor([&] { return m_screen->idOf(title) == 0; }, 10'000);
    }
    client::Row rowOf(const QString& title)
    {
        for (const client::Row& row : m_client->rows({}).result().rows) {
            if (row.title == title)
                return row;
        }
        return {};
    }

private Q_SLOTS:
    void init()
    {
        m_directory = std::make_unique<QTemporaryDir>();
        m_preferences = std::make_unique<Preferences>(m_directory->filePath(QStringLiteral("desktop.ini")));
        m_hosting = std::make_unique<Hosting>(m_directory->filePath(QStringLiteral("server")), *m_preferences,
                                              ports::Range{1, 0});
        m_owner = {};
        connect(m_hosting.get(), &Hosting::ownerSignedIn, this,
                [this](const server::OwnerSignIn& signIn) { m_owner = signIn; });
        m_hosting->turnOn();
        QTRY_VERIFY_WITH_TIMEOUT(!m_owner.token.isEmpty(), 30'000);
        makeDesk();
    }
    void cleanup()
    {
        m_desk.reset();
        m_client.reset();
        m_hosting.reset();
        m_preferences.reset();
        m_directory.reset();
    }

    void whatArrivesIsShownAndThenStoredAsShown()
    {
        m_screen->answers = false;
        QVERIFY(send(QStringLiteral("one")) > 0);
        QVERIFY(stands(QStringLiteral("one")));
        QVERIFY(!rowOf(QStringLiteral("one")).isShown); // the daemon has not answered yet
        Q_EMIT m_screen->shown(m_screen->idOf(QStringLiteral("one")));
        QTRY_VERIFY(rowOf(QStringLiteral("one")).isShown);
    }

    void whatIsRetractedIsClosed()
    {
        const qint64 id = send(QStringLiteral("gone"));
        QVERIFY(stands(QStringLiteral("gone")));
        QCOMPARE(api("DELETE", QStringLiteral("/api/notifications/%1/").arg(id)).status, 204);
        QVERIFY(isGone(QStringLiteral("gone")));
    }

    void whatIsReadOnAnotherMachineIsClosed()
    {
        const qint64 id = send(QStringLiteral("read"));
        QVERIFY(stands(QStringLiteral("read")));
        QCOMPARE(
            api("POST", QStringLiteral("/api/notifications/read/"), {{QStringLiteral("ids"), QJsonArray{id}}}).status,
            200);
        QVERIFY(isGone(QStringLiteral("read")));
        QTRY_COMPARE(m_client->unread(), 0);
    }

    void theSameKeyReplacesInPlace()
    {
        const QJsonObject key{{QStringLiteral("key"), QStringLiteral("build")}};
        QVERIFY(send(QStringLiteral("10 %"), key) > 0);
        QVERIFY(stands(QStringLiteral("10 %")));
        QVERIFY(send(QStringLiteral("20 %"), key) > 0);
        QVERIFY(stands(QStringLiteral("20 %")));
        QCOMPARE(m_screen->standing.size(), 1);
        QCOMPARE(m_screen->replacements, 1);
        QTRY_COMPARE(m_client->unread(), 1);
    }

    void acknowledgeIsSent()
    {
        const qint64 id = send(QStringLiteral("ask"), {{QStringLiteral("require_ack"), true}});
        QVERIFY(stands(QStringLiteral("ask")));
        QVERIFY(names(m_screen->of(QStringLiteral("ask"))).contains(button::acknowledge));
        Q_EMIT m_screen->pressed(m_screen->idOf(QStringLiteral("ask")), button::acknowledge);
        QVERIFY(isGone(QStringLiteral("ask")));
        QTRY_VERIFY(!listed(id).value(QStringLiteral("acked_at")).isNull());
        QTRY_COMPARE(m_client->unread(), 0);
    }

    void anAnswerIsSentAsItIs()
    {
        const qint64 id =
            send(QStringLiteral("who"),
                 {{QStringLiteral("require_ack"), true},
                  {QStringLiteral("answers"), QJsonArray{QStringLiteral("I do"), QStringLiteral("Not I")}}});
        QVERIFY(stands(QStringLiteral("who")));
        const Popup popup = m_screen->of(QStringLiteral("who"));
        QVERIFY(!names(popup).contains(button::acknowledge));
        Q_EMIT m_screen->pressed(m_screen->idOf(QStringLiteral("who")), button::answer + u'7'); // there is none
        QVERIFY(isGone(QStringLiteral("who")));
        QVERIFY(listed(id).value(QStringLiteral("answer")).isNull());

        const qint64 second =
            send(QStringLiteral("who else"),
                 {{QStringLiteral("require_ack"), true},
                  {QStringLiteral("answers"), QJsonArray{QStringLiteral("I do"), QStringLiteral("Not I")}}});
        QVERIFY(stands(QStringLiteral("who else")));
        Q_EMIT m_screen->pressed(m_screen->idOf(QStringLiteral("who else")), button::answer + u'1');
        QVERIFY(isGone(QStringLiteral("who else")));
        QTRY_COMPARE(listed(second).value(QStringLiteral("answer")).toString(), QStringLiteral("Not I"));
    }

    void openLinkOpensAndMarksRead()
    {
        QDesktopServices::setUrlHandler(QStringLiteral("https"), this, "caughtUrl");
        QVERIFY(send(QStringLiteral("link"),
                     {{QStringLiteral("url"), QStringLiteral("https://wiki.office.lan/a?b=1")}}) > 0);
        QVERIFY(stands(QStringLiteral("link")));
        Q_EMIT m_screen->pressed(m_screen->idOf(QStringLiteral("link")), button::link);
        QCOMPARE(m_caught, QList<QUrl>{QUrl(QStringLiteral("https://wiki.office.lan/a?b=1"))});
        QDesktopServices::unsetUrlHandler(QStringLiteral("https"));
        QVERIFY(isGone(QStringLiteral("link")));
        QTRY_COMPARE(m_client->unread(), 0);
    }

    void markReadAndAClickOnThePopup()
    {
        QVERIFY(send(QStringLiteral("a")) > 0);
        QVERIFY(send(QStringLiteral("b")) > 0);
        QVERIFY(stands(QStringLiteral("a")) && stands(QStringLiteral("b")));
        Q_EMIT m_screen->pressed(m_screen->idOf(QStringLiteral("a")), button::read);
        QTRY_COMPARE(m_client->unread(), 1);
        QSignalSpy chosen(m_desk.get(), &PopupDesk::rowChosen);
        const PopupId second = m_screen->idOf(QStringLiteral("b"));
        Q_EMIT m_screen->pressed(second, button::open);
        QCOMPARE(chosen.count(), 1);
        QCOMPARE(chosen.first().at(0).value<client::RowId>(), client::RowId(second));
        QVERIFY(m_screen->standing.isEmpty());
        QCOMPARE(m_client->unread(), 1); // it is read where it is seen
    }

    void aLockedScreenSaysOnlyWhoseMessageItIs()
    {
        m_desk->setLocked(true);
        QVERIFY(send(QStringLiteral("secret")) > 0);
        QTRY_COMPARE(m_screen->standing.size(), 1);
        const Popup popup = m_screen->standing.begin().value();
        QVERIFY(popup.title.contains(m_owner.name));
        QVERIFY(!(popup.title + popup.text).contains(QStringLiteral("secret")));
        QVERIFY(!popup.text.contains(QStringLiteral("A message.")));
        QVERIFY(send(QStringLiteral("fire"), {{QStringLiteral("priority"), QStringLiteral("critical")}}) > 0);
        QVERIFY(stands(QStringLiteral("fire")));
    }

    void quietHoldsTheHighOnesUntilItsEnd()
    {
        m_preferences->setQuiet({true, {}});
        QVERIFY(send(QStringLiteral("normal")) > 0);
        QVERIFY(send(QStringLiteral("high"), {{QStringLiteral("priority"), QStringLiteral("high")}}) > 0);
        QVERIFY(send(QStringLiteral("fire"), {{QStringLiteral("priority"), QStringLiteral("critical")}}) > 0);
        QVERIFY(stands(QStringLiteral("fire")));
        QTRY_COMPARE(m_client->unread(), 3);
        QCOMPARE(m_screen->standing.size(), 1);
        m_preferences->setQuiet({true, QDateTime::currentDateTime().addMSecs(300)});
        QVERIFY(stands(QStringLiteral("high")));
        QCOMPARE(m_screen->standing.size(), 2);
        QVERIFY(!m_preferences->quiet().isOn);
    }

    void anotherDaemonIsShownTheCriticalOnesOnly()
    {
        QVERIFY(send(QStringLiteral("normal")) > 0);
        QVERIFY(send(QStringLiteral("fire"), {{QStringLiteral("priority"), QStringLiteral("critical")}}) > 0);
        QVERIFY(stands(QStringLiteral("normal")) && stands(QStringLiteral("fire")));
        const QList<PopupId> lost = m_screen->standing.keys();
        m_screen->standing.clear();
        Q_EMIT m_screen->restarted(lost);
        QVERIFY(stands(QStringLiteral("fire")));
        QCOMPARE(m_screen->standing.size(), 1);
    }

    void aQuitTakesAllDownAndACriticalOneComesAgain()
    {
        QVERIFY(send(QStringLiteral("normal")) > 0);
        QVERIFY(send(QStringLiteral("fire"), {{QStringLiteral("priority"), QStringLiteral("critical")}}) > 0);
        QVERIFY(stands(QStringLiteral("normal")) && stands(QStringLiteral("fire")));
        QTRY_VERIFY(rowOf(QStringLiteral("normal")).isShown); // until then it counts as never seen
        m_desk->closeAll();
        QVERIFY(m_screen->standing.isEmpty());
        QCOMPARE(m_screen->flushes, 1);
        makeDesk();
        QVERIFY(stands(QStringLiteral("fire")));
        QCOMPARE(m_screen->idOf(QStringLiteral("normal")), PopupId(0));
    }

public Q_SLOTS:
    void caughtUrl(const QUrl& url) { m_caught.append(url); }

private:
    QList<QUrl> m_caught;
};

QTEST_MAIN(PopupDeskTest)
#include "popup_desk_test.moc"
