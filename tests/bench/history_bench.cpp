// SPDX-License-Identifier: GPL-3.0-or-later
// How long the history window takes, and how long it keeps the GUI thread from anything else, with N rows in a real
// inbox, connected to its own server: tests/bench/history [N]. Not a test: it promises nothing.
//
//   history_bench DIRECTORY N fill       makes the history there
//   history_bench DIRECTORY N [FIGURES]  measures; the figures also go into that file, tabs between them
#include "app/desktop/application.h"
#include "app/desktop/history/history_model.h"
#include "app/desktop/icons.h"
#include "tests/bench/history_data.h"

#include <QApplication>
#include <QComboBox>
#include <QDBusConnection>
#include <QDBusInterface>
#include <QDBusVariant>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QLineEdit>
#include <QListView>
#include <QPushButton>
#include <QScrollBar>
#include <QTest>
#include <QThread>
#include <QTimer>

#include <cstdio>
#include <functional>

using namespace belfry;
using namespace belfry::desktop;

namespace {

constexpr int longestWait = 60'000;
constexpr int secondThoughts = 3'000;
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
        if (QThread::currentThread() != thread()) // events of other threads come this way, too
            return QApplication::notify(receiver, event);
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
std::FILE* figures = nullptr;

/// `times`: how many steps alike, of which each figure is the longest; 0: one.
void tell(const char* name, int times, double took)
{
    const QByteArray what = times > 0 ? QByteArray(name) + ", × " + QByteArray::number(times) : QByteArray(name);
    std::printf("%-60s %9.1f %9.1f %9.1f%s\n", what.constData(), took, watched->longest, watched->mostComputed,
                took > longestWait ? "  NEVER" : "");
    std::fflush(stdout);
    if (figures)
        std::fprintf(figures, "%s\t%.1f\t%.1f\t%.1f\n", what.constData(), took, watched->longest,
                     watched->mostComputed);
}

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
    tell(name, 0, took);
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
    tell(name, times, longestTook);
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

/// What the steps act on, found by name as they come to be.
QWidget* widget(const char* name)
{
    for (QWidget* each : QApplication::allWidgets())
        if (each->objectName() == QLatin1StringView(name))
            return each;
    return nullptr;
}

QListView* list()
{
    return static_cast<QListView*>(widget("historyList"));
}

HistoryModel* model()
{
    return static_cast<HistoryModel*>(list()->model());
}

bool isSettled()
{
    return model()->isLoaded() && (model()->canFetchMore({}) || !model()->hasMore());
}

std::function<void()> key(int which, Qt::KeyboardModifiers modifiers = {})
{
    return [which, modifiers] { QTest::keyClick(list(), Qt::Key(which), modifiers); };
}

void openAndScroll()
{
    const auto isHidden = [] { return !widget("historyWindow")->isVisible(); };
    step("open by the tray, first", clickTray, [] { return watched->isPainted; });
    step("  closed", clickTray, isHidden);
    step("open by the tray, again", clickTray, [] { return watched->isPainted; });
    steps("PgDn", 100, key(Qt::Key_PageDown), isSettled);
    QScrollBar* const bar = list()->verticalScrollBar();
    steps(
        "scroll to the bottom of what is loaded", 50, [bar] { bar->setValue(bar->maximum()); }, isSettled);
    step("End", key(Qt::Key_End), isSettled);
    steps("PgUp", 20, key(Qt::Key_PageUp), isSettled);
    step("Home", key(Qt::Key_Home), isSettled);
    // As a hand does it: the slider held, and moved by so much each time.
    int at = 0;
    bar->setSliderDown(true);
    steps(
        "drag the slider down", 60, [bar, &at] { bar->setSliderPosition(++at * bar->maximum() / 60); }, isSettled);
    steps(
        "  and up again", 60, [bar, &at] { bar->setSliderPosition(--at * bar->maximum() / 60); }, isSettled);
    bar->setSliderDown(false);
    step("Home", key(Qt::Key_Home), isSettled);
    steps("Down: select the next", 20, key(Qt::Key_Down), isSettled);
}

/// A message to oneself by the real way: server, stream, inbox, list. Waits until the list has it.
void liveMessages()
{
    QAction* test = nullptr;
    for (QAction* each : widget("trayMenu")->actions())
        if (each->objectName() == QLatin1StringView("sendTestAction"))
            test = each;
    client::RowId newest = 0;
    const auto top = [] {
        const client::Row* row = model()->rowAt(model()->firstRow());
        return row ? row->rowId : 0;
    };
    step(
        "a live message, the list at its top",
        [&] {
            newest = top();
            test->trigger();
        },
        [&] { return top() > newest && test->isEnabled(); });
    steps("PgDn", 3, key(Qt::Key_PageDown), isSettled);
    step(
        "a live message while scrolled down a little",
        [&] {
            newest = top();
            test->trigger();
        },
        [&] { return top() > newest && test->isEnabled() && widget("newAbove")->isVisible(); });
    step("End", key(Qt::Key_End), isSettled);
    step(
        "a live message while at the oldest", [&] { test->trigger(); },
        [&] { return test->isEnabled() && widget("newAbove")->isVisible(); });
    step("Home", key(Qt::Key_Home), isSettled);
}

void search(const char* what, const QString& text)
{
    auto* const box = static_cast<QLineEdit*>(widget("search"));
    QString typed;
    for (const QChar letter : text) {
        typed += letter;
        const QByteArray name = QByteArray("search ") + what + ": “" + typed.toUtf8() + "”";
        step(
            name.constData(), [&] { box->insert(letter); },
            [&] { return model()->query().text == typed.trimmed() && isSettled(); });
    }
    step(
        "  cleared", [&] { box->clear(); }, [&] { return model()->query().text.isEmpty() && isSettled(); });
}

void filter()
{
    const auto choose = [](const char* name, const char* box, int at) {
        auto* const combo = static_cast<QComboBox*>(widget(box));
        step(
            name, [combo, at] { combo->setCurrentIndex(at); }, isSettled);
        step(
            "  off", [combo] { combo->setCurrentIndex(0); }, isSettled);
    };
    choose("filter by type: error", "typeFilter", 4);
    choose("filter by category", "categoryFilter", 3);
    choose("filter by sender", "senderFilter", 3);
    auto* const unread = static_cast<QAbstractButton*>(widget("unreadFilter"));
    step(
        "filter: unread only", [unread] { unread->click(); }, isSettled);
    step(
        "  off", [unread] { unread->click(); }, isSettled);
}

void change()
{
    const auto isUnread = [] {
        const client::Row* row = model()->rowAt(list()->currentIndex());
        return row && row->isUnread();
    };
    steps("Down: select the next", 5, key(Qt::Key_Down), isSettled);
    const bool was = isUnread();
    step(was ? "mark read" : "mark unread", key(Qt::Key_Space), [&] { return isUnread() != was; });
    step(was ? "mark unread" : "mark read", key(Qt::Key_Space), [&] { return isUnread() == was; });
    client::RowId gone = 0;
    step(
        "delete one",
        [&] {
            gone = model()->rowAt(list()->currentIndex())->rowId;
            QTest::keyClick(list(), Qt::Key_Delete);
        },
        [&] { return !model()->indexOf(gone).isValid(); });
    step("undo", key(Qt::Key_Z, Qt::ControlModifier), [&] { return model()->indexOf(gone).isValid(); });
    const auto selectAll = [] { widget("offerBar")->findChild<QPushButton*>()->click(); };
    auto* const markAll = static_cast<QPushButton*>(widget("markAllRead"));
    step(
        "mark all read", [markAll] { markAll->click(); }, [markAll] { return !markAll->isEnabled(); });
    step("Ctrl+A", key(Qt::Key_A, Qt::ControlModifier), [] { return widget("offerBar")->isVisible(); });
    step("  Select all", selectAll, isSettled);
    step("delete all: the first go", key(Qt::Key_Delete), isSettled);
    spin(secondThoughts, [] { return false; });
    step("undo, 3 s later", key(Qt::Key_Z, Qt::ControlModifier), isSettled);
    step("Ctrl+A", key(Qt::Key_A, Qt::ControlModifier), [] { return widget("offerBar")->isVisible(); });
    step("  Select all", selectAll, isSettled);
    step("delete all, to the last", key(Qt::Key_Delete),
         [] { return model()->isLoaded() && model()->loadedCount() == 0; });
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
    if (const auto claimed = instance.claim(options.directory, InstanceWord{false, {}}); !claimed) {
        std::fprintf(stderr, "%s\n", claimed.error().message.c_str());
        return 1;
    }
    if (argc > 3 && qstrcmp(argv[3], "fill") == 0)
        return bench::makeHistory(options.directory, rows) ? 0 : 1;
    if (argc > 3 && !(figures = std::fopen(argv[3], "w"))) {
        std::perror(argv[3]);
        return 1;
    }

    Application desktop(options, instance);
    desktop.start();
    spin(settlingWait * 8, [] { return false; });

    std::printf("%-60s %9s %9s %9s\n", "step, ms", "took", "longest", "computed");
    openAndScroll();
    liveMessages();
    search("hit", QStringLiteral("needle"));
    search("hit everywhere, accents", QStringLiteral("đơn h"));
    search("miss", QStringLiteral("zqxj"));
    filter();
    change();
    if (figures)
        std::fclose(figures);
    return 0;
}
