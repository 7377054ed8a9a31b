// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/notifications.h"

#include "protocol/json.h"
#include "protocol/text.h"
#include "server/store/audience.h"
#include "server/store/audit.h"
#include "server/store/folding.h"
#include "server/store/read_state.h"

#include <boost/json/array.hpp>

#include <algorithm>
#include <chrono>
#include <unordered_set>

namespace belfry::server {
namespace {

constexpr std::chrono::hours keyLife{24};

tl::unexpected<Error> noSuchNotification()
{
    return failure(404, "not_found", "There is no such notification.");
}

/// The first answer to this key, where there is one.
Result<std::optional<Published>> answerGiven(Ledger& ledger, UserId sender, const IdempotencyKey& key)
{
    Rows rows = ledger.db().query("SELECT endpoint, body_hash, seq, recipients, online FROM idempotency_keys "
                                  "WHERE sender_id = ?1 AND key = ?2 AND used_at > ?3",
                                  sender, key.key, ledger.keyTime() - keyLife);
    if (!rows.next()) {
        return std::nullopt;
    }
    if (rows.text(0) != key.endpoint || rows.text(1) != key.bodyHash) {
        return failure(409, "idempotency_conflict", "This Idempotency-Key was used with another request.");
    }
    return Published{rows.integer(2), static_cast<int>(rows.integer(3)), static_cast<int>(rows.integer(4))};
}

Result<Audience> settle(const AudienceRequest& request, const Accounts& accounts)
{
    Audience audience;
    if (std::holds_alternative<Everyone>(request)) {
        audience.isEveryone = true;
        return audience;
    }
    if (const auto* ids = std::get_if<std::vector<UserId>>(&request)) {
        for (const UserId id : *ids) {
            if (!accounts.find(id)) {
                return failure(404, "unknown_recipient", "There is no user " + std::to_string(id) + '.', "user_id");
            }
        }
        audience.ids = *ids;
    } else {
        for (const std::string& name : std::get<std::vector<std::string>>(request)) {
            const Account* account = accounts.findByName(name);
            if (!account) {
                return failure(404, "unknown_recipient", "There is no user \"" + name + "\".", "user");
            }
            audience.ids.push_back(account->id);
        }
    }
    std::sort(audience.ids.begin(), audience.ids.end());
    audience.ids.erase(std::unique(audience.ids.begin(), audience.ids.end()), audience.ids.end());
    return audience;
}

/// A notification of the log, as far as it can be acted on.
struct Stored
{
    Seq seq = 0;
    UserId senderId = 0;
    bool isDead = false;
    std::string key; // in the form in which keys are compared
    std::string answers;
    Audience audience;
};

std::optional<Stored> readStored(Rows& rows)
{
    if (!rows.next()) {
        return std::nullopt;
    }
    Stored stored;
    stored.seq = rows.integer(0);
    stored.senderId = rows.integer(1);
    stored.isDead = rows.integer(2) != 0;
    stored.key = rows.text(3);
    stored.answers = rows.text(4);
    stored.audience.isEveryone = rows.isNull(5);
    stored.audience.ids = unpackIds(rows.text(5));
    return stored;
}

std::optional<Stored> findStored(Ledger& ledger, Seq seq)
{
    Rows rows = ledger.db().query("SELECT seq, sender_id, is_dead, key, answers, audience FROM entries "
                                  "WHERE seq = ?1 AND kind = 1",
                                  seq);
    return readStored(rows);
}

std::optional<Stored> findByKey(Ledger& ledger, UserId sender, const std::string& key)
{
    // As it was sent, too: so keys stand in stores of version 1.
    Rows rows = ledger.db().query(
        "SELECT seq, sender_id, is_dead, key, answers, audience FROM entries "
        "WHERE sender_id = ?1 AND key IN (?2, ?3) AND key IS NOT NULL AND is_dead = 0 ORDER BY seq DESC LIMIT 1",
        sender, comparable(key), key);
    return readStored(rows);
}

bool isAddressedTo(const Stored& stored, const Account& account)
{
    return stored.audience.isEveryone ? stored.seq > account.createdAfter : contains(stored.audience, account.id);
}

void tellRetracted(Ledger& ledger, const Stored& stored, Audience audience)
{
    LogEntry entry;
    entry.kind = EventKind::Retracted;
    entry.audience = std::move(audience);
    entry.senderId = stored.senderId;
    Retracted retracted{stored.seq, stored.key, std::nullopt};
    if (!stored.key.empty()) {
        retracted.senderId = stored.senderId;
    }
    ledger.append(std::move(entry), {}, [&retracted](Seq) { return retractedEvent(retracted); });
}

/// Who was addressed by the earlier one only. They will not see what took its place.
std::vector<UserId> leftBehind(const Ledger& ledger, const Stored& earlier, const Audience& later)
{
    if (later.isEveryone) {
        return {};
    }
    if (!earlier.audience.isEveryone) {
        return without(earlier.audience.ids, later.ids);
    }
    std::vector<UserId> there;
    for (const Account* account : ledger.accounts().page(0, ledger.accounts().size())) {
        if (account->createdAfter < earlier.seq) {
            there.push_back(account->id);
        }
    }
    return without(there, later.ids);
}

std::string answersJson(const std::vector<std::string>& answers)
{
    std::string json;
    for (const std::string& answer : answers) {
        json += json.empty() ? '[' : ',';
        json += jsonString(answer);
    }
    return json.empty() ? json : json + ']';
}

/// The one of those offered that is meant, as it was sent.
std::optional<std::string> offeredAnswer(const std::string& answer, const std::string& json)
{
    const auto parsed = parseJson(json);
    const auto* list = parsed ? parsed->if_array() : nullptr;
    for (const auto& value : list ? *list : boost::json::array()) {
        const auto* text = value.if_string();
        if (text && comparable(std::string_view(*text)) == comparable(answer)) {
            return std::string(std::string_view(*text));
        }
    }
    return std::nullopt;
}

std::string membersFor(Notification& notification, const Account& sender)
{
    notification.sender = Person{sender.id, sender.name};
    return notificationMembers(notification);
}

} // namespace

Submission Submission::make(Credential by, Role minimumRole, Draft draft, IdempotencyKey key, const Accounts& accounts)
{
    Submission submission{by, minimumRole, std::move(draft), std::move(key), {}, {}};
    Notification& notification = submission.draft.notification;
    if (const Account* sender = accounts.find(by.user)) {
        submission.members = membersFor(notification, *sender);
    }
    submission.folded = foldedForSearch(notification.title) + '\n' + foldedForSearch(notification.message);
    return submission;
}

std::size_t Submission::bytes() const
{
    std::size_t bytes = sizeof(Submission) + members.size() * 2 + folded.size();
    if (const auto* ids = std::get_if<std::vector<UserId>>(&draft.audience)) {
        bytes += ids->size() * sizeof(UserId);
    } else if (const auto* names = std::get_if<std::vector<std::string>>(&draft.audience)) {
        bytes += names->size() * 64;
    }
    return bytes;
}

Result<Published> publishNotification(Ledger& ledger, Submission& submission)
{
    const auto sender = ledger.admit(submission.by, submission.minimumRole);
    if (!sender) {
        return tl::unexpected(sender.error());
    }
    const IdempotencyKey& key = submission.key;
    if (!key.key.empty()) {
        const auto given = answerGiven(ledger, submission.by.user, key);
        if (!given) {
            return tl::unexpected(given.error());
        }
        if (*given) {
            return **given;
        }
    }
    Notification& notification = submission.draft.notification;
    if (notification.expiresAt && *notification.expiresAt <= ledger.now()) {
        return invalidMember("expires_at", "expires_at is in the past.");
    }
    auto audience = settle(submission.draft.audience, ledger.accounts());
    if (!audience) {
        return tl::unexpected(audience.error());
    }
    if (submission.members.empty() || notification.sender.name != (*sender)->name) {
        submission.members = membersFor(notification, **sender); // renamed since it was submitted
    }

    const auto earlier = notification.key.empty() ? std::nullopt : findByKey(ledger, (*sender)->id, notification.key);
    LogEntry entry;
    entry.audience = *audience;
    entry.expiresAt = notification.expiresAt;
    entry.key = comparable(notification.key);
    entry.senderId = (*sender)->id;
    EntryRow row{notification.type, answersJson(notification.answers), std::move(submission.folded)};
    Published published;
    published.recipients =
        audience->isEveryone ? static_cast<int>(ledger.accounts().size()) : static_cast<int>(audience->ids.size());
    published.online = ledger.online(*audience);
    published.id = ledger.append(std::move(entry), row, [&](Seq seq) {
        return notificationEvent(notificationItem(seq, submission.members, ledger.stamp(),
                                                  earlier ? std::optional(earlier->seq) : std::nullopt));
    });
    if (earlier) {
        ledger.kill(earlier->seq, earlier->audience);
        Audience rest{false, leftBehind(ledger, *earlier, *audience)};
        if (!rest.ids.empty()) {
            tellRetracted(ledger, *earlier, std::move(rest));
        }
    }
    if (!key.key.empty()) {
        ledger.db().run("INSERT OR REPLACE INTO idempotency_keys VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                        (*sender)->id, key.key, key.endpoint, Blob{key.bodyHash}, ledger.keyTime(), published.id,
                        published.recipients, published.online);
    }
    return published;
}

Result<AckState> acknowledgeNotification(Ledger& ledger, const Credential& by, Seq id,
                                         const std::optional<std::string>& answer)
{
    const auto account = ledger.admit(by, Role::Receiver);
    if (!account) {
        return tl::unexpected(account.error());
    }
    const auto stored = findStored(ledger, id);
    if (!stored || stored->isDead || !isAddressedTo(*stored, **account)) {
        return noSuchNotification();
    }
    const std::optional<std::string> offered = offeredAnswer(answer.value_or(std::string()), stored->answers);
    if (stored->answers.empty() ? answer.has_value() : !offered) {
        return invalidMember("answer", stored->answers.empty() ? "This notification asks for no answer."
                                                               : "The answer must be one of those offered.");
    }
    const std::string given = offered.value_or(std::string());
    const UserId user = (*account)->id;
    {
        Rows rows = ledger.db().query(
            "SELECT acked_at, answer FROM receipts WHERE seq = ?1 AND user_id = ?2 AND acked_at IS NOT NULL", id, user);
        if (rows.next()) {
            if (rows.text(1) != given) {
                return failure(409, "already_answered", "This notification was answered differently already.",
                               "answer");
            }
            return AckState{id, rows.time(0), given};
        }
    }
    const Acked acked{id, Person{user, (*account)->name}, given, ledger.stamp()};
    ledger.db().run("INSERT INTO receipts(seq, user_id, acked_at, answer) VALUES (?1, ?2, ?3, ?4) "
                    "ON CONFLICT(seq, user_id) DO UPDATE SET acked_at = excluded.acked_at, answer = excluded.answer",
                    id, user, acked.ackedAt, given.empty() ? std::nullopt : std::optional<std::string_view>(given));
    LogEntry entry;
    entry.kind = EventKind::Acked;
    entry.senderId = user;
    entry.audience.ids = {user};
    if (stored->senderId != user && ledger.accounts().find(stored->senderId)) {
        entry.audience.ids.push_back(stored->senderId);
        std::sort(entry.audience.ids.begin(), entry.audience.ids.end());
    }
    const Seq told = ledger.append(std::move(entry), {}, [&acked](Seq) { return ackedEvent(acked); });
    noteConfirmed(ledger, **account, id, told);
    return AckState{id, acked.ackedAt, given};
}

Result<Done> retractNotification(Ledger& ledger, const Credential& by, Seq id)
{
    const auto account = ledger.admit(by, Role::Receiver);
    if (!account) {
        return tl::unexpected(account.error());
    }
    const bool isAdmin = ledger.accounts().admit(by).value_or(Role::Receiver) == Role::Admin;
    const auto stored = findStored(ledger, id);
    if (!stored || (stored->senderId != (*account)->id && !isAdmin)) {
        return noSuchNotification();
    }
    if (!stored->isDead) {
        ledger.kill(stored->seq, stored->audience);
        tellRetracted(ledger, *stored, stored->audience);
        recordAudit(ledger, by.user, "notification.retracted", {{"id", stored->seq}});
    }
    return Done{};
}

} // namespace belfry::server
