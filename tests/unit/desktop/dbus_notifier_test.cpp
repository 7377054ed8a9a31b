// SPDX-License-Identifier: GPL-3.0-or-later
// The notifier against a daemon of our own on a real bus of our own.
#include "app/desktop/notifier/dbus_notifier.h"

#include <QDBusContext>
#include <QDBusInterface>
#include <QDBusMetaType>
#include <QDBusReply>
#include <QProcess>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace belfry;
using namespace belfry::desktop;

namespace {

const QString serviceName = QStringLiteral("org.freedesktop.Notifications");
const QString objectPath = QStringLiteral("/org/freedesktop/Notifications");

struct Shown
{
    quint32 number = 0;
    quint32 replaces = 0;
    QString title, body;
    QStringList actions;
    uchar urgency = 255;
    int timeout = 0;
};

} // namespace

/// A notification daemon that notes what it is told.
class Daemon : public QObject, protected QDBusContext
{
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.Notifications")
public:
    explicit Daemon(const QString& name)
        : bus(QDBusConnection::connectToBus(QDBusConnection::SessionBus, name)), busName(name)
    {
        bus.registerObject(objectPath, this, QDBusConnection::ExportScriptableContents);
    }
    ~Daemon() override { QDBusConnection::disconnectFromBus(busName); }
    bool appear() { return bus.registerService(serviceName); }
    void vanish() { bus.unregisterService(serviceName); }
    void answerHeld()
    {
        for (const QDBusMessage& message : std::exchange(held, {}))
            bus.send(message.createReply(QVariant(++last)));
    }

    QDBusConnection bus;
    QString busName;
    QStringList capabilities{QStringLiteral("actions"), QStringLiteral("body"), QStringLiteral("body-markup")};
    QList<Shown> shown;
    QList<quint32> closedNumbers;
    QList<QDBusMessage> held;
    quint32 last = 0;
    bool holds = false, refuses = false;

public Q_SLOTS:
    Q_SCRIPTABLE QStringList GetCapabilities() { return capabilities; }
    Q_SCRIPTABLE uint Notify(const QString&, uint replaces, const QString&, const QString& title, const QString& body,
                             const QStringList& actions, const QVariantMap& hints, int timeout)
    {
        if (refuses) {
            sendErrorReply(QStringLiteral("org.example.Full"), QStringLiteral("too many"));
            return 0;
        }
        Shown one{replaces ? replaces : last + 1, replaces, title, body, actions, 255, timeout};
        one.urgency = hints.value(QStringLiteral("urgency")).value<uchar>();
        shown.append(one);
        if (holds) {
            setDelayedReply(true);
            held.append(message());
            return 0;
        }
        return replaces ? replaces : ++last;
    }
    Q_SCRIPTABLE void CloseNotification(uint number) { closedNumbers.append(number); }

Q_SIGNALS:
    Q_SCRIPTABLE void NotificationClosed(uint number, uint reason);
    Q_SCRIPTABLE void ActionInvoked(uint number, const QString& action);
};

class DBusNotifierTest : public QObject
{
    Q_OBJECT

    QTemporaryDir m_directory;
    QProcess m_bus;
    std::unique_ptr<Daemon> m_daemon;
    std::unique_ptr<DBusNotifier> m_notifier;
    int m_count = 0;

    static Popup popup(const QString& title)
    {
        Popup popup;
        popup.title = title;
        popup.text = QStringLiteral("<b>a & b</b>");
        popup.buttons = {{button::open, QStringLiteral("Show")}, {button::read, QStringLiteral("Mark read")}};
        return popup;
    }
    static QString unique(const char* what)
    {
        static int number = 0;
        return QStringLiteral("%1%2").arg(QLatin1StringView(what)).arg(++number);
    }

private Q_SLOTS:
    void initTestCase()
    {
        // A bus without service files: nobody's real daemon is started by the test.
        QFile config(m_directory.filePath(QStringLiteral("bus.conf")));
        QVERIFY(config.open(QIODevice::WriteOnly));
        config.write("<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><policy context=\"default\">"
                     "<allow send_destination=\"*\" eavesdrop=\"true\"/><allow eavesdrop=\"true\"/><allow own=\"*\"/>"
                     "</policy></busconfig>");
        config.close();
        m_bus.start(QStringLiteral("dbus-daemon"), {QStringLiteral("--config-file=") + config.fileName(),
                                                    QStringLiteral("--nofork"), QStringLiteral("--print-address")});
        if (!m_bus.waitForStarted())
            QSKIP("there is no dbus-daemon");
        QTRY_VERIFY(m_bus.canReadLine() || m_bus.waitForReadyRead(100));
        qputenv("DBUS_SESSION_BUS_ADDRESS", m_bus.readLine().trimmed());
    }
    void cleanupTestCase()
    {
        m_bus.kill();
        m_bus.waitForFinished();
    }
    void init()
    {
        m_daemon = std::make_unique<Daemon>(unique("daemon"));
        QVERIFY(m_daemon->appear());
        m_notifier = std::make_unique<DBusNotifier>(
            QDBusConnection::connectToBus(QDBusConnection::SessionBus, unique("notifier")), nullptr);
    }
    void cleanup()
    {
        m_notifier.reset();
        m_daemon.reset();
    }

    void saysUrgencyTimeoutActionsAndEscapesTheBody_data()
    {
        QTest::addColumn<int>("priority");
        QTest::addColumn<int>("stay");
        QTest::addColumn<int>("urgency");
        QTest::addColumn<int>("timeout");
        QTest::newRow("low") << int(Priority::Low) << int(Stay::PlatformDefault) << 0 << -1;
        QTest::newRow("normal") << int(Priority::Normal) << int(Stay::PlatformDefault) << 1 << -1;
        QTest::newRow("high") << int(Priority::High) << int(Stay::FifteenSeconds) << 1 << 15000;
        QTest::newRow("critical") << int(Priority::Critical) << int(Stay::UntilClosed) << 2 << 0;
    }
    void saysUrgencyTimeoutActionsAndEscapesTheBody()
    {
        QFETCH(int, priority);
        QFETCH(int, stay);
        QFETCH(int, urgency);
        QFETCH(int, timeout);
        Popup one = popup(QStringLiteral("<t>"));
        one.urgency = Priority(priority);
        one.stay = Stay(stay);
        QSignalSpy shown(m_notifier.get(), &Notifier::shown);
        m_notifier->show(7, one);
        QTRY_COMPARE(shown.count(), 1);
        const Shown& told = m_daemon->shown.first();
        QCOMPARE(int(told.urgency), urgency);
        QCOMPARE(told.timeout, timeout);
        QCOMPARE(told.title, QStringLiteral("<t>"));
        QCOMPARE(told.body, QStringLiteral("&lt;b&gt;a &amp; b&lt;/b&gt;"));
        QCOMPARE(told.actions, (QStringList{QStringLiteral("default"), QStringLiteral("Show"), QStringLiteral("read"),
                                            QStringLiteral("Mark read")}));
    }

    void aPlainDaemonGetsPlainText()
    {
        m_daemon->capabilities = {QStringLiteral("body")};
        m_notifier->show(1, popup(QStringLiteral("t")));
        QTRY_COMPARE(m_daemon->shown.size(), 1);
        QVERIFY(m_daemon->shown.first().actions.isEmpty());
        QCOMPARE(m_daemon->shown.first().body, QStringLiteral("<b>a & b</b>"));
    }

    void replacesInPlaceAlsoWhileTheDaemonThinks()
    {
        m_daemon->holds = true;
        QSignalSpy shown(m_notifier.get(), &Notifier::shown);
        m_notifier->show(1, popup(QStringLiteral("a")));
        m_notifier->show(1, popup(QStringLiteral("b")));
        m_notifier->show(1, popup(QStringLiteral("c")));
        QTRY_COMPARE(m_daemon->shown.size(), 1);
        m_daemon->holds = false;
        m_daemon->answerHeld();
        if (m_daemon->shown.first().title != QStringLiteral("c")) {
            QTRY_COMPARE(m_daemon->shown.size(), 2);
            QCOMPARE(m_daemon->shown.last().replaces, 1u);
        }
        QCOMPARE(m_daemon->shown.last().title, QStringLiteral("c"));
        m_notifier->show(1, popup(QStringLiteral("d")));
        QTRY_COMPARE(m_daemon->shown.last().title, QStringLiteral("d"));
        QCOMPARE(m_daemon->shown.last().replaces, 1u);
    }

    void closesWhatWasWithdrawnBeforeTheDaemonAnswered()
    {
        m_daemon->holds = true;
        m_notifier->show(1, popup(QStringLiteral("a")));
        QTRY_COMPARE(m_daemon->held.size(), 1);
        m_notifier->close(1);
        m_daemon->answerHeld();
        QTRY_COMPARE(m_daemon->closedNumbers, QList<quint32>{1});
    }

    void tellsWhatThePersonDid()
    {
        QSignalSpy shown(m_notifier.get(), &Notifier::shown);
        QSignalSpy pressed(m_notifier.get(), &Notifier::pressed);
        QSignalSpy closed(m_notifier.get(), &Notifier::closed);
        m_notifier->show(42, popup(QStringLiteral("a")));
        QTRY_COMPARE(shown.count(), 1);
        Q_EMIT m_daemon->ActionInvoked(1, QStringLiteral("read"));
        Q_EMIT m_daemon->ActionInvoked(99, QStringLiteral("read"));
        Q_EMIT m_daemon->NotificationClosed(1, 2);
        QTRY_COMPARE(closed.count(), 1);
        QCOMPARE(pressed.count(), 1);
        QCOMPARE(pressed.first().at(0).value<PopupId>(), PopupId(42));
        QCOMPARE(pressed.first().at(1).toString(), QStringLiteral("read"));
        QCOMPARE(int(closed.first().at(1).value<ClosedBy>()), int(ClosedBy::Person));
    }

    void ignoresSignalsOfAnybodyElse()
    {
        QSignalSpy shown(m_notifier.get(), &Notifier::shown);
        QSignalSpy pressed(m_notifier.get(), &Notifier::pressed);
        m_notifier->show(1, popup(QStringLiteral("a")));
        QTRY_COMPARE(shown.count(), 1);
        Daemon stranger(unique("stranger"));
        Q_EMIT stranger.ActionInvoked(1, QStringLiteral("forged"));
        Q_EMIT m_daemon->ActionInvoked(1, QStringLiteral("true"));
        QTRY_COMPARE(pressed.count(), 1);
        QCOMPARE(pressed.first().at(1).toString(), QStringLiteral("true"));
    }

    void forgetsTheNumbersOfADaemonThatIsGone()
    {
        QSignalSpy shown(m_notifier.get(), &Notifier::shown);
        QSignalSpy restarted(m_notifier.get(), &Notifier::restarted);
        QSignalSpy pressed(m_notifier.get(), &Notifier::pressed);
        m_notifier->show(1, popup(QStringLiteral("a")));
        QTRY_COMPARE(shown.count(), 1);
        m_daemon->vanish();
        Daemon second(unique("second"));
        QVERIFY(second.appear());
        QTRY_COMPARE(restarted.count(), 1);
        QCOMPARE(restarted.first().at(0).value<QList<PopupId>>(), QList<PopupId>{1});
        m_notifier->show(2, popup(QStringLiteral("b")));
        QTRY_COMPARE(shown.count(), 2);
        Q_EMIT second.ActionInvoked(1, QStringLiteral("read")); // its first is ours of the number 2
        QTRY_COMPARE(pressed.count(), 1);
        QCOMPARE(pressed.first().at(0).value<PopupId>(), PopupId(2));
        second.vanish();
    }

    void saysWhatWasRefused()
    {
        m_daemon->refuses = true;
        QSignalSpy refused(m_notifier.get(), &Notifier::refused);
        m_notifier->show(1, popup(QStringLiteral("a")));
        QTRY_COMPARE(refused.count(), 1);
        m_daemon->refuses = false;
        QSignalSpy shown(m_notifier.get(), &Notifier::shown);
        m_notifier->show(1, popup(QStringLiteral("a")));
        QTRY_COMPARE(shown.count(), 1);
    }

    void withoutADaemonItSaysSoAndUsesOneThatComesLater()
    {
        m_daemon->vanish();
        QSignalSpy refused(m_notifier.get(), &Notifier::refused);
        m_notifier->show(1, popup(QStringLiteral("a")));
        QTRY_COMPARE(refused.count(), 1);
        QVERIFY(m_daemon->appear());
        m_notifier->show(2, popup(QStringLiteral("b")));
        QTRY_COMPARE(m_daemon->shown.size(), 1);
    }
};

QTEST_MAIN(DBusNotifierTest)
#include "dbus_notifier_test.moc"
