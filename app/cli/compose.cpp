// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/compose.h"

#include "app/cli/durations.h"
#include "app/cli/pipe_text.h"
#include "app/cli/terminal.h"
#include "protocol/json.h"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>

namespace belfry::cli {

namespace {

namespace json = boost::json;

/// A member of a trigger, and the option it comes from.
struct Origin
{
    const char* member;
    const char* option;
};
constexpr std::array origins{Origin{"user_id", "--to"},
                             Origin{"user", "--to"},
                             Origin{"title", "--title"},
                             Origin{"message", "--message"},
                             Origin{"type", "--type"},
                             Origin{"priority", "--priority"},
                             Origin{"category", "--category"},
                             Origin{"url", "--url"},
                             Origin{"key", "--key"},
                             Origin{"answers", "--answer"},
                             Origin{"expires_at", "--expires-at"},
                             Origin{"data", "--data"},
                             Origin{"Idempotency-Key", "--idempotency-key"}};

bool isDigits(const QString& text)
{
    return !text.isEmpty() && std::all_of(text.begin(), text.end(), [](QChar c) { return c >= u'0' && c <= u'9'; });
}

/// Adds who it is for. Nothing, or what is wrong with it.
QString addAudience(json::object& body, const QStringList& to)
{
    const QString group = QStringLiteral("group:");
    const auto isSpecial = [&group](const QString& whom) {
        return whom == QLatin1StringView("all") || whom.startsWith(group);
    };
    if (to.size() == 1 && to[0] == QLatin1StringView("all")) {
        body["user_id"] = "all";
    } else if (to.size() == 1 && to[0].startsWith(group)) {
        body["group"] = to[0].mid(group.size()).toStdString();
    } else if (std::any_of(to.begin(), to.end(), isSpecial)) {
        return QStringLiteral("--to all and --to group: stand alone");
    } else if (to.contains(QString())) {
        return QStringLiteral("--to is empty: say a name, an id, or all");
    } else if (std::all_of(to.begin(), to.end(), isDigits)) {
        json::array ids;
        for (const QString& id : to) {
            bool fits = false;
            ids.push_back(id.toLongLong(&fits));
            if (!fits)
                return QStringLiteral("--to %1 is no id").arg(id);
        }
        body["user_id"] = ids.size() == 1 ? ids[0] : json::value(ids);
    } else if (std::none_of(to.begin(), to.end(), isDigits)) {
        json::array names;
        for (const QString& name : to)
            names.push_back(json::string(name.toStdString()));
        body["user"] = names.size() == 1 ? names[0] : json::value(names);
    } else {
        return QStringLiteral("--to takes ids or names, not both at once");
    }
    return {};
}

/// A time as it goes over the wire, from one that was typed or from a length of time from now; empty where it is
/// neither.
std::string expiryFrom(const QString& typed)
{
    if (parseTime(typed.toStdString()))
        return typed.toStdString();
    const auto length = durationFrom(typed);
    return length ? formatTime(systemClock().now() + *length) : std::string();
}

} // namespace

std::vector<Option> envelopeOptions()
{
    return {{.name = "to",
             .value = "WHOM",
             .help = "A name, an id (digits), all, or group:GROUP",
             .isRepeatable = true,
             .isRequired = true},
            {.name = "type", .value = "TYPE", .help = "info, success, warning or error"},
            {.name = "priority", .value = "PRIORITY", .help = "low, normal, high or critical"},
            {.name = "category", .value = "TEXT", .help = "What recipients filter by"},
            {.name = "url", .value = "URL", .help = "A link, opened by its button"},
            {.name = "key", .value = "TEXT", .help = "A later one with the same key takes its place"},
            {.name = "require-ack", .value = {}, .help = "Ask each recipient to confirm"},
            {.name = "answer", .value = "TEXT", .help = "A button to answer with", .isRepeatable = true},
            {.name = "expires-at", .value = "TIME", .help = "Not delivered after that: 1h, 30d, or RFC 3339"},
            {.name = "data", .value = "JSON", .help = "An object for programs"}};
}

tl::expected<Envelope, ExitCode> envelopeOf(const Options& options)
{
    Envelope envelope;
    if (const QString wrong = addAudience(envelope.audience, options.values("to")); !wrong.isEmpty())
        return tl::unexpected(options.usageError(wrong));
    json::object& rest = envelope.rest;
    if (options.has("type")) {
        rest["type"] = options.value("type").toStdString();
        if (!typeFromString(rest["type"].get_string()))
            return tl::unexpected(options.usageError(QStringLiteral("--type is info, success, warning or error")));
    }
    if (options.has("priority")) {
        rest["priority"] = options.value("priority").toStdString();
        if (!priorityFromString(rest["priority"].get_string()))
            return tl::unexpected(options.usageError(QStringLiteral("--priority is low, normal, high or critical")));
    }
    for (const char* const name : {"category", "url", "key"}) {
        if (options.has(name))
            rest[name] = options.value(name).toStdString();
    }
    if (options.has("expires-at")) {
        const std::string expiry = expiryFrom(options.value("expires-at"));
        if (expiry.empty())
            return tl::unexpected(options.usageError(
                QStringLiteral("--expires-at needs a time like 2026-11-23T08:00:00Z, or one from now on: 1h, 30d")));
        rest["expires_at"] = expiry;
    }
    if (options.has("require-ack"))
        rest["require_ack"] = true;
    if (options.has("answer")) {
        json::array answers;
        for (const QString& answer : options.values("answer"))
            answers.push_back(json::string(answer.toStdString()));
        rest["answers"] = answers;
    }
    if (options.has("data")) {
        const Result<json::object> data = parseJsonObject(options.value("data").toStdString());
        if (!data)
            return tl::unexpected(options.usageError(QStringLiteral("--data needs a JSON object")));
        rest["data"] = *data;
    }
    return envelope;
}

QByteArray triggerBody(const Envelope& envelope, const QString& title, const QString& message)
{
    json::object body = envelope.audience;
    body["title"] = title.toStdString();
    if (!message.isEmpty())
        body["message"] = message.toStdString();
    for (const auto& member : envelope.rest)
        body[member.key()] = member.value();
    return QByteArray::fromStdString(json::serialize(body));
}

QString cleanedTitle(const QString& title, QStringList& done)
{
    PipeText pipe(limits::message);
    pipe.feed(title.toUtf8());
    PipeText::Cleaned cleaned = pipe.finish();
    done = cleaned.done;
    const std::string utf8 = cleaned.text.toStdString();
    const std::size_t length = codePoints(utf8);
    if (length <= limits::title)
        return cleaned.text;
    done += QStringLiteral("%1 characters left out").arg(length - (limits::title - 1));
    const std::string_view first = firstCodePoints(utf8, limits::title - 1);
    return QString::fromUtf8(first.data(), static_cast<qsizetype>(first.size())) + u'…';
}

void saySo(const QString& what, const QStringList& done)
{
    if (!done.isEmpty())
        complain(QStringLiteral("%1 was made to fit: %2.").arg(what, done.join(QStringLiteral(", "))));
}

Error inOurWords(Error error, const QStringList& to)
{
    const auto origin = std::find_if(origins.begin(), origins.end(),
                                     [&error](const Origin& each) { return error.field == each.member; });
    if (error.field == "group") {
        error.message = "--to group: is not supported by this server: name the people, each with a --to of its own.";
        return error;
    }
    if (origin == origins.end())
        return error;
    QString sentence = QString::fromStdString(error.message);
    const QString option = QLatin1StringView(origin->option);
    const QString member = QString::fromUtf8(origin->member);
    if (const QString quotedMember = u'“' + member + u'”'; sentence.contains(quotedMember))
        sentence.replace(quotedMember, option);
    else if (sentence.startsWith(member + u' '))
        sentence.replace(0, member.size(), option);
    else
        sentence = option + QStringLiteral(": ") + sentence;
    const bool isList = std::any_of(to.begin(), to.end(), [](const QString& whom) { return whom.contains(u','); });
    if (error.code == "unknown_recipient" && isList)
        sentence += QStringLiteral(" For several people say --to once for each: --to ann --to bob.");
    error.message = sentence.toStdString();
    return error;
}

} // namespace belfry::cli
