// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/cli/event_line.h"
#include "app/cli/server_calls.h"
#include "app/cli/terminal.h"
#include "protocol/json.h"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <vector>

namespace belfry::cli {

namespace {

namespace json = boost::json;

constexpr std::int64_t usualLimit = 50;
constexpr std::int64_t pageLimit = 500;
constexpr std::int64_t mostRows = 10'000;

Usage usage()
{
    return {.command = "list",
            .operands = {},
            .about = "Prints your notifications, the newest last; those that are unread have a star.",
            .options = {{.name = "unread", .value = {}, .help = "Unread ones only"},
                        {.name = "limit", .value = "N", .help = "So many at most (50)"},
                        {.name = "since", .value = "ID", .help = "From after this one on"},
                        {.name = "before", .value = "ID", .help = "Up to before this one"},
                        {.name = "type", .value = "TYPE", .help = "info, success, warning or error"},
                        {.name = "search", .value = "TEXT", .help = "With this in title or text"},
                        {.name = "json", .value = {}, .help = "Print each as a JSON object, one a line"},
                        {.name = "follow", .value = {}, .help = "Then print what arrives, as belfry listen does"},
                        serverOption(),
                        tokenFileOption(),
                        plainHttpOption(),
                        pinOption()}};
}

/// What is asked for, page by page.
struct Wanted
{
    QUrlQuery filter;
    std::int64_t limit = usualLimit;
    std::optional<std::int64_t> since;
    std::optional<std::int64_t> before;
};

tl::expected<Wanted, ExitCode> wantedFrom(const Options& options)
{
    const auto limit = options.integer("limit", 1, mostRows);
    const auto since = options.integer("since", 0, maxJsonInteger);
    const auto before = options.integer("before", 1, maxJsonInteger);
    for (const auto* const number : {&limit, &since, &before}) {
        if (!*number)
            return tl::unexpected(number->error());
    }
    Wanted wanted{{}, limit->value_or(usualLimit), *since, *before};
    if (options.has("type")) {
        if (!typeFromString(options.value("type").toStdString()))
            return tl::unexpected(options.usageError(QStringLiteral("--type is info, success, warning or error")));
        wanted.filter.addQueryItem(QStringLiteral("type"), options.value("type"));
    }
    if (options.has("unread"))
        wanted.filter.addQueryItem(QStringLiteral("unread"), QStringLiteral("true"));
    if (options.has("search")) // encoded by hand: a `+` in a query means a space to many servers
        wanted.filter.addQueryItem(QStringLiteral("q"),
                                   QString::fromLatin1(QUrl::toPercentEncoding(options.value("search"))));
    if (options.has("follow") && options.has("json"))
        return tl::unexpected(options.usageError(
            QStringLiteral("--follow goes on in another form than --json: use belfry listen --json after it")));
    return wanted;
}

QByteArray lineOf(const json::object& object)
{
    const auto item = lenientListItem(object);
    if (!item)
        return {};
    return QStringLiteral("%1 %2 %3\n")
        .arg(QChar(item->readAt ? u' ' : u'*'))
        .arg(item->notification.id, 6)
        .arg(readableLine(item->notification))
        .toUtf8();
}

class Listing
{
public:
    Listing(const Options& options, Wanted wanted)
        : m_calls(options), m_wanted(std::move(wanted)), m_isJson(options.has("json"))
    {
    }

    ExitCode run()
    {
        return runUntilEnd(&m_calls, [this] {
            m_calls.signedIn([this](const Access& access) {
                m_access = access;
                askPage();
            });
        });
    }

    /// The log's newest number when the first page was read.
    std::int64_t latestId() const { return m_latestId.value_or(0); }

private:
    void askPage()
    {
        QUrlQuery query = m_wanted.filter;
        const auto left = m_wanted.limit - static_cast<std::int64_t>(m_rows.size());
        query.addQueryItem(QStringLiteral("limit"), QString::number(std::min(left, pageLimit)));
        if (m_wanted.since)
            query.addQueryItem(QStringLiteral("since_id"), QString::number(*m_wanted.since));
        if (m_wanted.before)
            query.addQueryItem(QStringLiteral("before_id"), QString::number(*m_wanted.before));
        m_calls.ask(m_access, "GET", QStringLiteral("/api/notifications/"), query,
                    [this](const json::object& page) { onPage(page); });
    }

    void onPage(const json::object& page)
    {
        if (!m_latestId)
            m_latestId = numberOf(page, "latest_id");
        const json::value* const list = page.if_contains("notifications");
        std::int64_t last = 0;
        if (list != nullptr && list->is_array()) {
            for (const json::value& row : list->get_array()) {
                if (!row.is_object())
                    continue;
                m_rows.push_back(row.get_object());
                last = numberOf(m_rows.back(), "id");
            }
        }
        // An empty page ends it, also where a server gives fewer a page than were asked for.
        if (last == 0 || static_cast<std::int64_t>(m_rows.size()) >= m_wanted.limit)
            return finish();
        (m_wanted.since ? m_wanted.since : m_wanted.before) = last;
        askPage();
    }

    void finish()
    {
        if (!m_wanted.since)
            std::reverse(m_rows.begin(), m_rows.end()); // the list comes newest first
        for (const json::object& row : m_rows) {
            if (!print(m_isJson ? QByteArray::fromStdString(json::serialize(row)) + '\n' : lineOf(row)))
                return ServerCalls::end(ExitCode::Failed);
        }
        ServerCalls::end(ExitCode::Done);
    }

    ServerCalls m_calls;
    Wanted m_wanted;
    bool m_isJson;
    Access m_access;
    std::vector<json::object> m_rows;
    std::optional<std::int64_t> m_latestId;
};

} // namespace

ExitCode runList(const QStringList& arguments)
{
    const auto options = Options::parse(usage(), arguments);
    if (!options)
        return options.error();
    if (const Result<QUrl> server = serverFor(*options); !server)
        return options->usageError(QString::fromStdString(server.error().message));
    const auto wanted = wantedFrom(*options);
    if (!wanted)
        return wanted.error();
    Listing listing(*options, *wanted);
    const ExitCode code = listing.run();
    if (code != ExitCode::Done || !options->has("follow"))
        return code;
    // The list's newest number is where a stream may join (protocol.md, "Endpoints").
    QStringList onwards{QStringLiteral("--last-event-id"), QString::number(listing.latestId())};
    for (const char* const name : {"server", "token-file", "pin"}) {
        if (options->isGiven(name))
            onwards += QStringLiteral("--%1=%2").arg(QLatin1StringView(name), options->value(name));
    }
    if (options->has("allow-plain-http"))
        onwards += QStringLiteral("--allow-plain-http");
    return runListen(onwards);
}

} // namespace belfry::cli
