// SPDX-License-Identifier: GPL-3.0-or-later
// How long the history window takes, and how long it keeps the GUI thread from anything else, with N rows in a real
// inbox: tests/bench/history [N]. Not a test: it promises nothing.
#include "app/desktop/application.h"
#include "app/desktop/history/history_model.h"
#include "app/desktop/icons.h"
#include "client/inbox.h"
#include "client/session_book.h"

#include <QApplication>
#include <QComboBox>
#include <QDBusConnection>
#include <QDBusInterface>
#include <QDBusVariant>
#include <QDir>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QFileInfo>
#include <QLineEdit>
#include <QListView>
#include <QPushButton>
#include <QScrollBar>
#include <QTest>
#include <QTimer>

#include <cstdio>
#include <functional>

using namespace belfry;
using namespace belfry::desktop;

namespace {

constexpr int longestWait = 60'000;
constexpr int settlingWait = 400; // what comes after a step belongs to it: counts, the detail, choices of filters

double milliseconds(const QElapsedTimer& since)
{
    return double(since.nsecsElapsed()) / 1e6;
}

/// What this thread has computed, whatever else the machine does.
double processorMilliseconds()
{
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return double(time.tv_sec) * 1e3 + double(time.tv_nsec) / 1e6;
}

/// Sees every event of the GUI thread: how long the longest took, and when the list was painted with rows in it.
class WatchedApplication : public QApplication
{
public:
    using QApplication::QApplication;

    bool notify(QObject* receiver, QEvent* event) override
    {
        if (m_depth > 0)
            return passOn(receiver, event);
        QElapsedTimer timer;
        timer.start();
        const double before = processorMilliseconds();
        ++m_depth;
        const bool isTaken = passOn(receiver, event);
        --m_depth;
        longest = std::max(longest, milliseconds(timer));
        mostComputed = std::max(mostComputed, processorMilliseconds() - before);
        return isTaken;
    }

    double longest = 0;
    double mostComputed = 0;
    bool isPainted = false;

private:
    bool passOn(QObject* receiver, QEvent* event)
    {
        const bool isPaint = event->type() == QEvent::Paint && receiver->parent() &&
                             receiver->parent()->objectName() == QLatin1StringView("historyList");
        const bool isTaken = QApplication::notify(receiver, event);
        if (isPaint && static_cast<QListView*>(receiver->parent())->model()->rowCount() > 0)
            isPainted = true;
        return isTaken;
    }

    int m_depth = 0;
};

bool fill(const QString& directory, Seq rows)
{
    client::ConnectionBook book;
    if (!book.open(directory))
        return false;
    client::Connection office;
    office.address = QUrl(QStringLiteral("http://127.0.0.1:9")); // nobody is there: the history is what is measured
    office.serverId = QStringLiteral("5f0c7a54-7c52-4b8e-9d7c-000000000001");
    office.serverName = QStringLiteral("office");
    office.userId = 1;
    office.userName = QStringLiteral("ann");
    office = book.enter(office);
    book.setActive(office.id);
    client::Inbox inbox(systemClock());
    if (!book.save() || !inbox.open(directory + QStringLiteral("/inbox.db")))
        return false;
    const client::LinkId link = inbox.place(office.id)->id;
    (void)inbox.enterLog(link, QStringLiteral("log"));
    const Time now = systemClock().now();
    std::vector<client::NumberedEvent> batch;
    for (Seq n = 1; n <= rows; ++n) {
        Notification item;
        item.id = n;
        item.title = "Đơn hàng " + std::to_string(n);
        item.message = n % 1000 == 0 ? "a needle in the hay" : "Delivered to the front desk, please come and fetch it.";
        item.sender = Person{n % 20 + 1, "sender " + std::to_string(n % 20)};
        item.category = "c" + std::to_string(n % 10);
        item.type = n % 50 == 0 ? Type::Error : n % 7 == 0 ? Type::Warning : Type::Info;
        item.createdAt = now - std::chrono::seconds((rows - n) * 25); // a million: nine months
        batch.push_back({item, n});
        if (batch.size() == 500 || n == rows) {
            batch.push_back({ReadState{{}, n - 3000}, n}); // the newest 3,000 are unread
            if (!inbox.apply(link, 1, batch))
                return false;
            batch.clear();
        }
    }
    QList<client::RowId> shown;
    for (const client::Row& row : inbox.unshown(link))
        shown.append(row.rowId);
    return inbox.setShown(shown, true).has_value();
}

void spin(int wait, const std::function<bool()>& isDone)
{
    QElapsedTimer timer;
    timer.start();
    QEventLoop loop;
    QTimer look;
    QObject::connect(&look, &QTimer::timeout, &loop, [&] {
        if (isDone() || timer.elapsed() > wait)
            loop.quit();
    });
    look.start(1);
    loop.exec();
}

WatchedApplication* watched = nullptr;

/// One step of a person: what it took until `isDone`, and the longest event of the GUI thread up to its end and after
/// it, by the clock and by what it computed.
void step(const char* name, const std::function<void()>& act, const std::function<bool()>& isDone)
{
    watched->longest = watched->mostComputed = 0;
    watched->isPainted = false;
    QElapsedTimer timer;
    timer.start();
    QMetaObject::invokeMethod(watched, act, Qt::QueuedConnection);
    bool hasActed = false;
    QMetaObject::invokeMethod(
        watched, [&hasActed] { hasActed = true; }, Qt::QueuedConnection);
    spin(longestWait, [&] { return hasActed && isDone(); });
    const double took = milliseconds(timer);
    spin(settlingWait, [] { return false; });
    std::printf("%-52s %9.1f %9.1f %9.1f%s\n", name, took, watched->longest, watched->mostComputed,
                took > longestWait ? "  NEVER" : "");
    std::fflush(stdout);
}

/// The longest of many like steps.
void steps(const char* name, int times, const std::function<void()>& act, const std::function<bool()>& isDone)
{
    double longestTook = 0;
    watched->longest = watched->mostComputed = 0;
    for (int i = 0; i < times; ++i) {
        QElapsedTimer timer;
        timer.start();
        bool hasActed = false;
        QMetaObject::invokeMethod(
            watched,
            [&] {
                act();
                hasActed = true;
            },
            Qt::QueuedConnection);
        spin(longestWait, [&] { return hasActed && isDone(); });
        longestTook = std::max(longestTook, milliseconds(timer));
        spin(20, [] { return false; });
    }
    spin(settlingWait, [] { return false; });
    std::printf("%-45s × %-4d %9.1f %9.1f %9.1f\n", name, times, longestTook, watched->longest, watched->mostComputed);
    std::fflush(stdout);
}

/// As the panel does it.
void clickTray()
{
    QDBusInterface watcher(QStringLiteral("org.kde.StatusNotifierWatcher"), QStringLiteral("/StatusNotifierWatcher"),
                           QStringLiteral("org.kde.StatusNotifierWatcher"));
    const QStringList items = watcher.property("RegisteredStatusNotifierItems").toStringList();
    if (items.isEmpty())
        return;
    const QString item = items.first();
    QDBusMessage message =
        QDBusMessage::createMethodCall(item.section(u'/', 0, 0), u'/' + item.section(u'/', 1),
                                       QStringLiteral("org.kde.StatusNotifierItem"), QStringLiteral("Activate"));
    message << 0 << 0;
    QDBusConnection::sessionBus().asyncCall(message);
}

} // namespace

int main(int argc, char** argv)
{
    const Seq rows = argc > 2 ? QByteArray(argv[2]).toLongLong() : 100'000;
    Options options;
    options.directory = QString::fromLocal8Bit(argc > 1 ? argv[1] : ".");
    options.isDefaultDirectory = false;
    options.isHidden = true;
    int noArguments = 1;
    WatchedApplication application(noArguments, argv);
    watched = &application;
    QApplication::setQuitOnLastWindowClosed(false);

    SingleInstance instance;
    if (!instance.claim(options.directory, false))
        return 1;
    if (!QFileInfo::exists(options.directory + QStringLiteral("/inbox.db"))) {
        QElapsedTimer timer;
        timer.start();
        if (!fill(options.directory, rows))
            return 1;
        std::printf("filled with %lld rows in %.0f s, %.0f MB\n", static_cast<long long>(rows),
                    milliseconds(timer) / 1e3,
                    double(QFileInfo(options.directory + QStringLiteral("/inbox.db")).size()) / 1e6);
    }
    if (argc > 3)
        return 0;
    {
        Preferences preferences(options.directory + QStringLiteral("/desktop.ini"));
        preferences.setHostsLocalServer(false);
    }

    Application desktop(options, instance);
    desktop.start();
    spin(3000, [] { return false; });

    const auto widget = [](const char* name) -> QWidget* {
        for (QWidget* each : QApplication::allWidgets())
            if (each->objectName() == QLatin1StringView(name))
                return each;
        return nullptr;
    };
    const auto window = [&] { return widget("historyWindow"); };
    const auto list = [&] { return static_cast<QListView*>(widget("historyList")); };
    const auto model = [&] { return static_cast<HistoryModel*>(list()->model()); };
    const auto search = [&] { return static_cast<QLineEdit*>(widget("search")); };
    const auto isSettled = [&] { return model()->isLoaded() && (model()->canFetchMore({}) || !model()->hasMore()); };
    const auto key = [&](int which, Qt::KeyboardModifiers modifiers = {}) {
        return [&, which, modifiers] { QTest::keyClick(list(), Qt::Key(which), modifiers); };
    };

    std::printf("%-52s %9s %9s %9s\n", "step, ms", "took", "longest", "computed");
    step("tray click, first", clickTray, [&] { return watched->isPainted; });
    step("tray click: hidden", clickTray, [&] { return !window()->isVisible(); });
    step("tray click, again", clickTray, [&] { return watched->isPainted; });
    steps("PgDn", 100, key(Qt::Key_PageDown), isSettled);
    steps(
        "scroll to the bottom of what is loaded", 50,
        [&] { list()->verticalScrollBar()->setValue(list()->verticalScrollBar()->maximum()); }, isSettled);
    steps("End", 50, key(Qt::Key_End), isSettled);
    std::printf("  rows in the model: %d\n", model()->loadedCount());
    steps("PgUp", 20, key(Qt::Key_PageUp), isSettled);
    steps("Down", 20, key(Qt::Key_Down), isSettled);
    step("Ctrl+A", key(Qt::Key_A, Qt::ControlModifier), [] { return true; });
    step("Home", key(Qt::Key_Home), isSettled);

    const auto typing = [&](const char* what, const QString& text) {
        QString typed;
        for (const QChar letter : text) {
            typed += letter;
            const QByteArray name = QByteArray("search ") + what + ": “" + typed.toUtf8() + "”";
            step(
                name.constData(), [&, letter] { QTest::keyClick(search(), letter.toLatin1()); },
                [&] { return model()->query().text == typed && isSettled(); });
        }
        step(
            "  cleared", [&] { search()->clear(); }, [&] { return model()->query().text.isEmpty() && isSettled(); });
    };
    typing("hit", QStringLiteral("needle"));
    typing("hit everywhere", QStringLiteral("deliv"));
    typing("miss", QStringLiteral("zqxj"));

    const auto choose = [&](const char* name, const char* box, int at) {
        auto* combo = static_cast<QComboBox*>(widget(box));
        step(
            name, [combo, at] { combo->setCurrentIndex(at); }, isSettled);
        step(
            "  off", [combo] { combo->setCurrentIndex(0); }, isSettled);
    };
    choose("filter by type: error", "typeFilter", 4);
    choose("filter by category", "categoryFilter", 3);
    choose("filter by sender", "senderFilter", 3);
    auto* unread = static_cast<QAbstractButton*>(widget("unreadFilter"));
    step(
        "filter: unread only", [unread] { unread->click(); }, isSettled);
    step(
        "  off", [unread] { unread->click(); }, isSettled);

    step("delete one", key(Qt::Key_Delete), isSettled);
    step("undo", key(Qt::Key_Z, Qt::ControlModifier), isSettled);
    step("Ctrl+A", key(Qt::Key_A, Qt::ControlModifier), [&] { return widget("offerBar")->isVisible(); });
    auto* all = widget("offerBar")->findChild<QPushButton*>();
    if (all)
        step(
            "Select all", [all] { all->click(); }, isSettled);
    step("delete all", key(Qt::Key_Delete), [&] { return model()->isLoaded() && model()->loadedCount() == 0; });
    step("undo", key(Qt::Key_Z, Qt::ControlModifier),
         [&] { return model()->isLoaded() && model()->loadedCount() > 0; });
    auto* markAll = static_cast<QPushButton*>(widget("markAllRead"));
    step(
        "mark all read", [markAll] { markAll->click(); }, [markAll] { return !markAll->isEnabled(); });
    return 0;
}
