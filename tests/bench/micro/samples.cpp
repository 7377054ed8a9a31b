// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/micro/samples.h"

#include "protocol/json.h"

namespace belfry::bench::samples {

namespace {

Notification dated(Notification n)
{
    n.id = 4'711'042;
    n.sender = {17, "build"};
    n.createdAt = parseTime("2026-11-23T08:00:00.123Z").value();
    return n;
}

} // namespace

Notification common()
{
    Notification n;
    n.title = "Deployment done";
    n.message = "Version 4.17.2 is on all six machines; the old one stays for a day.";
    n.type = Type::Success;
    return dated(n);
}

Notification full()
{
    Notification n = common();
    n.title = "Đơn hàng 4711 chờ duyệt";
    n.message = "Khách hàng “Phở 24” đặt 120 suất cho ngày mai.\nTổng cộng 9.600.000 ₫ — \"xin duyệt\".";
    n.type = Type::Warning;
    n.priority = Priority::High;
    n.category = "orders";
    n.url = "https://shop.example.com/orders/4711?tab=review&from=belfry";
    n.key = "order-4711";
    n.requireAck = true;
    n.answers = {"Approve", "Ask again", "Refuse"};
    n.expiresAt = n.createdAt + std::chrono::hours(8);
    n.data = R"({"order":4711,"total":9600000,"currency":"VND","rate":0.0000392,"items":[)"
             R"({"sku":"PHO-BO","count":80,"price":80000},{"sku":"PHO-GA","count":40,"price":80000}],)"
             R"("customer":{"id":90210,"name":"Phở 24","since":"2019-04-01"},"paid":false,"notes":null,)"
             R"("steps":["received","checked","waiting"],"due":"2026-11-24T04:00:00Z","gate":"B"})";
    n.replaces = 4'711'040;
    return n;
}

Notification longest()
{
    Notification n = common();
    for (int line = 0; line < 80; ++line) {
        n.message += std::string("Dòng thứ ") + std::to_string(10 + line) + ": mọi việc đều ổn, không có gì phải lo; ";
        n.message += "the nightly run of the warehouse took 4 h 12 min.\n";
    }
    n.message = std::string(firstCodePoints(n.message, limits::message));
    return n;
}

std::string trigger(const Notification& n)
{
    // The members without the sender, whom the token names.
    std::string members = notificationMembers(n);
    members.resize(members.rfind(",\"sender\":"));
    return "{\"user_id\":[1,2,3]," + members + "}";
}

std::string event(const Notification& n)
{
    return notificationEvent(notificationItem(n.id, notificationMembers(n), n.createdAt, n.replaces));
}

} // namespace belfry::bench::samples
