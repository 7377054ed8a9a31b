// SPDX-License-Identifier: GPL-3.0-or-later
// How long the inbox takes with a history of N rows (default 1,000,000): inbox_bench [N]. Not a test: it promises
// nothing. nothing.
#include "client/inbox.h"
#include "client/inbox_reader.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QTemporaryDir>

#include <cstdio>

using namespace belfry;
using namespace belfry::client;

namespace {

template <class Function> void measure(const char* what, Function&& function)
{
    QElapsedTimer timer;
    timer.start();
    const auto result = function();
    std::printf("%-44s %9.2f ms  (%lld)\n", what, static_cast<double>(timer.nsecsElapsed()) / 1e6,
                static_cast<long long>(result));
}

} // namespace

int main(int argc, char** argv)
{
    QCoreApplication app(argc, argv);
    const Seq rows = argc > 1 ? QByteArray(argv[1]).toLongLong() : 1'000'000;
    QTemporaryDir dir;
    const QString path = dir.filePath(QStringLiteral("inbox.db"));
    const QString name = QStringLiteral("c");
    LinkId link = 0;
    measure("fill", [&] {
        Inbox inbox(systemClock());
        if (!inbox.open(path)) {
            return Seq(0);
        }
        link = inbox.place(name)->id;
        (void)inbox.enterLog(link, QStringLiteral("log"));
        std::vector<NumberedEvent> batch;
        for (Seq n = 1; n <= rows; ++n) {
            Notification item;
            item.id = n;
            item.title = "Đơn hàng " + std::to_string(n);
            item.message =
                n % 1000 == 0 ? "a needle in the hay" : "Delivered to the front desk, please come and fetch it.";
            item.sender = Person{n % 20 + 1, "sender " + std::to_string(n % 20)};
            item.category = "c" + std::to_string(n % 10);
            item.type = n % 5000 == 0 ? Type::Error : Type::Info;
            item.createdAt = systemClock().now();
            batch.push_back({item, n});
            if (batch.size() == 500 || n == rows) {
                batch.push_back({ReadState{{}, n - 300}, n});
                (void)inbox.apply(link, 1, batch);
                batch.clear();
            }
        }
        return rows;
    });
    std::printf("%-44s %9.1f MB\n", "size", static_cast<double>(QFileInfo(path).size()) / 1e6);
    Inbox inbox(systemClock());
    measure("open", [&] { return inbox.open(path).has_value(); });
    measure("unread", [&] { return inbox.unread(link); });
    measure("unshown", [&] { return inbox.unshown(link).size(); });
    InboxReader reader(path);
    const auto page = [&](const char* what, const RowQuery& query) {
        measure(what, [&] { return reader.rows(name, query).rows.size(); });
    };
    RowQuery query;
    page("first page", query);
    query.before = rows / 2;
    page("page from the middle", query);
    query = {};
    query.text = QStringLiteral("needle");
    page("search that matches 1 in 1000", query);
    query.text = QStringLiteral("don hang");
    page("search that matches all", query);
    query.text = QStringLiteral("zz");
    page("LIKE that misses", query);
    query = {};
    query.type = Type::Error;
    page("rare type", query);
    query = {};
    query.unreadOnly = true;
    page("unread", query);
    query = {};
    query.sender = 5;
    query.category = QStringLiteral("c4");
    page("sender and category", query);
    measure("count of all", [&] { return reader.count(name, {}); });
    measure("categories", [&] { return reader.categories(name).size(); });
    measure("senders", [&] { return reader.senders(name).size(); });
    measure("one live message", [&] {
        Notification item;
        item.id = rows + 10;
        item.title = "live";
        const std::vector<NumberedEvent> one{{item, item.id}};
        return inbox.apply(link, 1, one)->inserted.size();
    });
    return 0;
}
