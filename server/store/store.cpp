// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/store.h"

#include "server/memory.h"
#include "server/store/audit.h"
#include "server/store/copying.h"
#include "server/store/database.h"
#include "server/store/gaps.h"
#include "server/store/invites.h"
#include "server/store/known_places.h"
#include "server/store/list.h"
#include "server/store/notifications.h"
#include "server/store/people.h"
#include "server/store/read_state.h"
#include "server/store/reader.h"
#include "server/store/replay.h"
#include "server/store/sessions.h"
#include "server/store/unread_count.h"
#include "server/store/writer.h"

#include <atomic>
#include <mutex>
#include <utility>

namespace belfry::server {
namespace {

constexpr std::size_t maxNotes = 1024;
constexpr std::uint64_t copyingFrames = 131'072; // 512 MiB of pages: the log does not start over during a copy

/// What the store is kept by, after what was given is written into it.
Retention settledRetention(Connection& db, const StoreSettings& settings)
{
    Retention retention{
        std::chrono::days(db.integer("SELECT value FROM settings WHERE name = 'retention_days'").value_or(0)),
        db.integer("SELECT value FROM settings WHERE name = 'retention_count'").value_or(0)};
    const bool isAnother = (settings.retention && *settings.retention != retention.age) ||
                           (settings.retentionCount && *settings.retentionCount != retention.count);
    if (isAnother && !db.hasFailed()) {
        retention.age = settings.retention.value_or(retention.age);
        retention.count = settings.retentionCount.value_or(retention.count);
        db.run("UPDATE settings SET value = CASE name WHEN 'retention_days' THEN ?1 ELSE ?2 END "
               "WHERE name IN ('retention_days', 'retention_count')",
               retention.age.count(), retention.count);
        if (db.hasFailed()) {
            // A full disk keeps no server from starting: it goes by what it was told, and writes it another time.
            db.takeFailure();
        }
    }
    return retention;
}

/// The home of what nobody waits for.
class Nowhere final : public Mailbox
{
public:
    void post(Task) override {}
};

} // namespace

class Store::Parts
{
public:
    Parts(const StoreSettings& settings, const Clock& clock, Connection writing, Connection checkpoints,
          Connection replays, Connection lists, Retention retained, Ledger::Counters counters, Gaps leftOut,
          AccountsPtr newest)
        : settings(settings), clock(clock), retention(retained), start(counters), gaps(std::move(leftOut)),
          writer(std::move(writing), std::move(checkpoints), settings, retention, clock, accounts, uses, sums,
                 counters),
          replay(std::move(replays)), history(std::move(lists))
    {
        accounts.set(std::move(newest));
    }

    /// What ends what somebody may do awaits the sweep, and goes on when the disk is full. So does other taking away,
    /// and what the one who clears up needs: to sign in.
    enum class WhenFull { Refused, GoesOn };
    template <class T, class Apply>
    void write(Reply<T> reply, Apply apply, bool awaitsSweep = false, WhenFull full = WhenFull::Refused)
    {
        WriteJob job = writeJob(std::move(reply), std::move(apply));
        job.awaitsSweep = awaitsSweep;
        job.goesOnWhenFull = awaitsSweep || full == WhenFull::GoesOn;
        writer.submit(std::move(job));
    }
    template <class T, class Apply>
    void publish(Reply<T> reply, std::size_t bytes, Apply apply, WhenFull full = WhenFull::Refused)
    {
        WriteJob job = writeJob(std::move(reply), std::move(apply));
        job.goesOnWhenFull = full == WhenFull::GoesOn;
        job.isPublishing = true;
        job.bytes = bytes;
        writer.submit(std::move(job));
    }

    template <class T, class Read> void ask(Reader& reader, Reply<T> reply, Read read)
    {
        reader.submit({[reply, read = std::move(read)](Connection& db) {
                           reply.post(read(db));
                           return true;
                       },
                       refusing(reply)});
    }
    /// The answer to a change of what is read: how many are unread then. Counted when the change is committed, and not
    /// by the thread that writes.
    Reply<Done> countingFor(UserId user, Reply<std::int64_t> reply)
    {
        return {reply.home, [this, user, reply](Result<Done> done) {
                    if (!done) {
                        reply.then(tl::unexpected(std::move(done.error())));
                        return;
                    }
                    ask(history, reply, [this, user](Connection& db) { return unreadOf(db, user); });
                }};
    }
    Result<std::int64_t> unreadOf(Connection& db, UserId user)
    {
        std::int64_t unread = 0;
        const Seq published = sink->published();
        const AccountsPtr all = accounts.get();
        if (const Account* account = all->find(user)) {
            const ReadTransaction reading(db);
            unread = unreadCount(db, *account, published, clock.now(), sums);
        }
        if (db.hasFailed()) {
            return tl::unexpected(db.takeFailure());
        }
        return unread;
    }
    template <class T> static std::function<void(Error)> refusing(Reply<T> reply)
    {
        return [reply = std::move(reply)](Error error) { reply.post(tl::unexpected(std::move(error))); };
    }

    DatabasePlace place() const { return placeOf(settings.directory, settings.path, storeName); }

    const StoreSettings settings;
    const Clock& clock;
    const Retention retention;
    const Ledger::Counters start;
    const Gaps gaps;
    std::string serverId;
    std::string logId;
    std::atomic<UserId> owner{0};
    std::vector<KnownPlace> knownPlaces; // until they were taken
    CurrentAccounts accounts;
    CommitSink* sink = nullptr;
    SessionUses uses;
    SumRequests sums;
    std::mutex notesMutex;
    std::vector<AuditNote> notes; // a job is on its way that writes them
    Writer writer; // outlives the readers: the last connection to close merges the write-ahead log, and must be able to
    Reader replay;
    Reader history;
};

Store::Store(std::unique_ptr<Parts> parts) : m_parts(std::move(parts)) {}

Store::~Store()
{
    stop();
}

Result<std::unique_ptr<Store>> Store::open(const StoreSettings& settings, const Clock& clock)
{
    const auto place = placeDatabase(settings.directory, settings.path);
    if (!place) {
        return tl::unexpected(place.error());
    }
    auto writing = openDatabase(*place, settings.path, clock.now());
    if (!writing) {
        return tl::unexpected(writing.error());
    }
    auto checkpoints = openForCheckpoints(*place);
    auto replays = openForReading(*place);
    auto lists = openForReading(*place);
    for (const auto* connection : {&checkpoints, &replays, &lists}) {
        if (!*connection) {
            return tl::unexpected(connection->error());
        }
    }
    Connection& db = *writing;
    Ledger::Counters counters;
    counters.newest = db.integer("SELECT value FROM settings WHERE name = 'newest'").value_or(0);
    counters.floor = db.integer("SELECT value FROM settings WHERE name = 'floor'").value_or(0);
    counters.notifications = db.integer("SELECT value FROM settings WHERE name = 'notifications'").value_or(0);
    counters.lastTime =
        Time(std::chrono::milliseconds(db.integer("SELECT value FROM settings WHERE name = 'last_time'").value_or(0)));
    counters.aheadTo = db.integer("SELECT value FROM settings WHERE name = 'ahead_to'").value_or(0);
    counters.aheadAt =
        Time(std::chrono::milliseconds(db.integer("SELECT value FROM settings WHERE name = 'ahead_at'").value_or(0)));
    counters.keyShift =
        std::chrono::milliseconds(db.integer("SELECT value FROM settings WHERE name = 'key_shift'").value_or(0));
    // Set back while the server was off: keys once used do not come to hold for longer than their day.
    if (const auto newestKey = db.integer("SELECT max(used_at) FROM idempotency_keys")) {
        const Time keyTime = clock.now() - counters.keyShift;
        counters.keyShift +=
            std::min(keyTime - Time(std::chrono::milliseconds(*newestKey)), std::chrono::milliseconds(0));
    }
    const Retention retention = settledRetention(db, settings);
    const UserId owner = db.integer("SELECT value FROM settings WHERE name = 'owner_id'").value_or(0);
    AccountsPtr accounts = readAccounts(db);
    std::vector<KnownPlace> knownPlaces = readPlaces(db);
    std::string serverId;
    std::string logId;
    std::string gaps;
    {
        Rows rows = db.query("SELECT name, value FROM settings WHERE name IN ('server_id', 'log_id', 'gaps')");
        while (rows.next()) {
            (rows.text(0) == "log_id" ? logId : rows.text(0) == "gaps" ? gaps : serverId) = rows.text(1);
        }
    }
    if (db.hasFailed()) {
        return tl::unexpected(db.takeFailure());
    }
    auto parts =
        std::make_unique<Parts>(settings, clock, std::move(*writing), std::move(*checkpoints), std::move(*replays),
                                std::move(*lists), retention, counters, Gaps::parse(gaps), std::move(accounts));
    parts->serverId = std::move(serverId);
    parts->logId = std::move(logId);
    parts->owner = owner;
    parts->knownPlaces = std::move(knownPlaces);
    return std::unique_ptr<Store>(new Store(std::move(parts)));
}

void Store::start(CommitSink& sink)
{
    m_parts->sink = &sink;
    m_parts->writer.start(sink);
    m_parts->replay.start();
    m_parts->history.start();
}

void Store::stopWriting()
{
    m_parts->writer.stop();
}

void Store::stop()
{
    stopWriting();
    m_parts->replay.stop();
    m_parts->history.stop();
}

const std::string& Store::serverId() const
{
    return m_parts->serverId;
}

const std::string& Store::logId() const
{
    return m_parts->logId;
}

Seq Store::newest() const
{
    return m_parts->start.newest;
}

bool Store::isHealthy() const
{
    return m_parts->writer.isHealthy();
}

std::string Store::ownerKey() const
{
    const UserId owner = m_parts->owner;
    return owner == 0 ? std::string() : std::to_string(owner);
}

AccountsPtr Store::accounts() const
{
    return m_parts->accounts.get();
}

const Retention& Store::retention() const
{
    return m_parts->retention;
}

std::vector<KnownPlace> Store::takeKnownPlaces()
{
    return std::exchange(m_parts->knownPlaces, {});
}

Seq Store::floor() const
{
    return m_parts->writer.floor();
}

void Store::checkLife(Reply<Done> reply)
{
    Parts* parts = m_parts.get();
    const auto refuse = Parts::refusing(reply);
    const auto askWriter = [parts, reply](Connection&) {
        WriteJob job = writeJob(reply, [](Ledger&) -> Result<Done> { return Done{}; });
        job.isProbe = true;
        parts->writer.submit(std::move(job));
        return true;
    };
    const auto askHistory = [parts, askWriter, refuse](Connection&) {
        parts->history.submit({askWriter, refuse, true});
        return true;
    };
    parts->replay.submit({askHistory, refuse, true});
}

bool Store::isInGap(Seq cursor) const
{
    return m_parts->gaps.isInside(cursor);
}

Result<void> Store::copyTo(int file, const Progress& goesOn)
{
    const Writer& writer = m_parts->writer;
    const bool wasHealthy = writer.isHealthy(); // on a full disk nothing is added meanwhile
    bool isTooMuch = false;
    const auto copied = copyStore(m_parts->place(), file, [&](double share) {
        isTooMuch = writer.walFrames() > copyingFrames || (wasHealthy && !writer.isHealthy());
        return !isTooMuch && goesOn(share);
    });
    if (isTooMuch) {
        return failure(507, "store_full",
                       "The backup was broken off: while it was written too much was stored, or nothing could be. Try "
                       "again when less is sent, or to a faster disk.");
    }
    return copied;
}

void Store::compact(Progress goesOn, Reply<Compacted> reply)
{
    auto db = openForReading(m_parts->place());
    if (!db) {
        reply.post(tl::unexpected(db.error()));
        return;
    }
    const double steps = compactingSteps(*db);
    m_parts->writer.compact({steps, std::move(goesOn)}, std::move(reply));
}

Store::Figures Store::figures() const
{
    return m_parts->writer.figures();
}

void Store::publish(Credential by, Role minimumRole, Draft draft, IdempotencyKey key, Reply<Published> reply)
{
    auto submission = Submission::make(by, minimumRole, std::move(draft), std::move(key), *m_parts->accounts.get());
    const std::size_t bytes = submission.bytes();
    m_parts->publish(std::move(reply), bytes, [submission = std::move(submission)](Ledger& ledger) mutable {
        return publishNotification(ledger, submission);
    });
}

void Store::markRead(Credential by, ReadState what, Reply<std::int64_t> reply)
{
    const std::size_t bytes = 256 + what.ids.size() * sizeof(Seq);
    m_parts->publish(m_parts->countingFor(by.user, std::move(reply)), bytes,
                     [by, what = std::move(what)](Ledger& ledger) { return markNotificationsRead(ledger, by, what); });
}

void Store::markUnread(Credential by, std::vector<Seq> ids, Reply<std::int64_t> reply)
{
    const std::size_t bytes = 256 + ids.size() * sizeof(Seq);
    m_parts->publish(m_parts->countingFor(by.user, std::move(reply)), bytes,
                     [by, ids = std::move(ids)](Ledger& ledger) { return markNotificationsUnread(ledger, by, ids); });
}

void Store::acknowledge(Credential by, Seq id, std::optional<std::string> answer, Reply<AckState> reply)
{
    m_parts->publish(std::move(reply), 512, [by, id, answer = std::move(answer)](Ledger& ledger) {
        return acknowledgeNotification(ledger, by, id, answer);
    });
}

void Store::retract(Credential by, Seq id, Reply<Done> reply)
{
    m_parts->publish(
        std::move(reply), 256, [by, id](Ledger& ledger) { return retractNotification(ledger, by, id); },
        Parts::WhenFull::GoesOn);
}

void Store::createUser(std::optional<Credential> by, std::string name, std::string passwordHash, Role role,
                       Reply<Account> reply)
{
    m_parts->write(std::move(reply), [=, this, name = std::move(name), hash = std::move(passwordHash)](Ledger& ledger) {
        return server::createUser(ledger, by, name, hash, role, m_parts->settings.hasExternalKey);
    });
}

void Store::patchUser(std::optional<Credential> by, UserId id, UserPatch patch, Reply<Account> reply)
{
    m_parts->write(
        std::move(reply),
        [by, id, patch = std::move(patch)](Ledger& ledger) { return server::patchUser(ledger, by, id, patch); }, true);
}

void Store::deleteUser(std::optional<Credential> by, UserId id, Reply<Done> reply)
{
    m_parts->write(
        std::move(reply), [by, id](Ledger& ledger) { return server::deleteUser(ledger, by, id); }, true);
}

void Store::ensureExternal(UserId id, std::string nameClaim, Role role, Reply<Account> reply)
{
    m_parts->write(std::move(reply), [id, name = std::move(nameClaim), role](Ledger& ledger) {
        return server::ensureExternal(ledger, id, name, role);
    });
}

void Store::ensureOwner(std::string loginName, Reply<Account> reply)
{
    // Remembered for ownerKey() with the answer, which comes after the commit.
    Parts* parts = m_parts.get();
    Reply<Account> remembering{reply.home, [parts, then = reply.then](Result<Account> account) {
                                   if (account) {
                                       parts->owner = account->id;
                                   }
                                   then(std::move(account));
                               }};
    m_parts->write(
        std::move(remembering),
        [this, name = std::move(loginName)](Ledger& ledger) {
            return server::ensureOwner(ledger, name, m_parts->settings.hasExternalKey);
        },
        false, Parts::WhenFull::GoesOn);
}

std::int64_t InviteRecord::id() const
{
    std::int64_t id = 0;
    for (std::size_t at = 0; at < 8 && at < codeHash.size(); ++at) {
        id = ((id & (maxJsonInteger >> 8)) << 8) | static_cast<unsigned char>(codeHash[at]);
    }
    return std::max<std::int64_t>(id, 1);
}

void Store::createInvite(std::optional<Credential> by, std::string codeHash, Role role, Reply<InviteRecord> reply)
{
    m_parts->write(std::move(reply), [by, role, hash = std::move(codeHash)](Ledger& ledger) {
        return server::createInvite(ledger, by, hash, role);
    });
}

void Store::removeInvite(std::optional<Credential> by, std::int64_t id, Reply<Done> reply)
{
    m_parts->write(
        std::move(reply), [by, id](Ledger& ledger) { return server::removeInvite(ledger, by, id); }, false,
        Parts::WhenFull::GoesOn);
}

void Store::invite(std::string codeHash, Reply<InviteRecord> reply)
{
    Parts* parts = m_parts.get();
    m_parts->ask(m_parts->history, std::move(reply), [parts, hash = std::move(codeHash)](Connection& db) {
        const ReadTransaction reading(db);
        return readInvite(db, hash, *parts->accounts.get(), parts->clock.now());
    });
}

void Store::invites(Reply<std::vector<InviteRecord>> reply)
{
    Parts* parts = m_parts.get();
    m_parts->ask(m_parts->history, std::move(reply),
                 [parts](Connection& db) { return readInvites(db, parts->clock.now()); });
}

void Store::join(Newcomer newcomer, Reply<Joined> reply)
{
    m_parts->write(std::move(reply), [this, newcomer = std::move(newcomer)](Ledger& ledger) {
        return server::join(ledger, newcomer, m_parts->settings.hasExternalKey);
    });
}

void Store::startSession(UserId user, std::uint64_t generation, SignInPlace place, Time expiresAt,
                         Reply<SessionRecord> reply)
{
    m_parts->write(
        std::move(reply),
        [=, place = std::move(place)](Ledger& ledger) {
            return server::startSession(ledger, user, generation, place, expiresAt);
        },
        false, Parts::WhenFull::GoesOn);
}

void Store::extendSession(Credential by, Time expiresAt, Reply<Done> reply)
{
    m_parts->write(
        std::move(reply), [by, expiresAt](Ledger& ledger) { return server::extendSession(ledger, by, expiresAt); },
        false, Parts::WhenFull::GoesOn);
}

void Store::endSession(Credential by, Reply<Done> reply)
{
    m_parts->write(
        std::move(reply), [by](Ledger& ledger) { return server::endSession(ledger, by); }, true);
}

void Store::endOwnSession(Credential by, std::int64_t number, Reply<Done> reply)
{
    m_parts->write(
        std::move(reply), [by, number](Ledger& ledger) { return server::endOwnSession(ledger, by, number); }, true);
}

void Store::changePassword(Credential by, std::uint64_t generation, std::string passwordHash, Reply<Done> reply)
{
    m_parts->write(
        std::move(reply),
        [by, generation, hash = std::move(passwordHash)](Ledger& ledger) {
            return server::changePassword(ledger, by, generation, hash);
        },
        true);
}

void Store::renewHash(UserId user, std::string earlier, std::string passwordHash)
{
    static Nowhere nowhere;
    m_parts->write(Reply<Done>{&nowhere, [](const Result<Done>&) {}},
                   [user, earlier = std::move(earlier), hash = std::move(passwordHash)](Ledger& ledger) {
                       return server::renewHash(ledger, user, earlier, hash);
                   });
}

void Store::noteUse(const Credential& credential)
{
    if (credential.kind == TokenKind::SignIn) {
        m_parts->uses.note(credential.tokenId, m_parts->clock.now());
    }
}

void Store::note(AuditNote note)
{
    const WaitForMemory whole; // else a job that takes them would be missing for good
    static Nowhere nowhere;
    Parts* parts = m_parts.get();
    {
        const std::lock_guard lock(parts->notesMutex);
        if (parts->notes.size() >= maxNotes) {
            return;
        }
        parts->notes.push_back(std::move(note));
        if (parts->notes.size() > 1) {
            return;
        }
    }
    const auto take = [parts] {
        const std::lock_guard lock(parts->notesMutex);
        return std::exchange(parts->notes, {});
    };
    WriteJob job = writeJob(Reply<Done>{&nowhere, [](const Result<Done>&) {}}, [take](Ledger& ledger) {
        for (AuditNote& waiting : take()) {
            recordAudit(ledger, waiting.by, waiting.action, std::move(waiting.details));
        }
        return Result<Done>(Done{});
    });
    job.refuse = [take](const Error&) {
        take();
        return Task([] {});
    };
    m_parts->writer.submit(std::move(job));
}

void Store::recordToken(UserId user, TokenRecord token, Reply<Done> reply)
{
    m_parts->write(std::move(reply), [user, token = std::move(token)](Ledger& ledger) {
        return server::recordToken(ledger, user, token);
    });
}

void Store::revokeAll(UserId user, Reply<Done> reply)
{
    m_parts->write(
        std::move(reply), [user](Ledger& ledger) { return server::revokeAll(ledger, user); }, true);
}

void Store::revokeToken(UserId user, std::string jti, Reply<Done> reply)
{
    m_parts->write(
        std::move(reply),
        [user, jti = std::move(jti)](Ledger& ledger) { return server::revokeToken(ledger, user, jti); }, true);
}

void Store::list(UserId user, ListQuery query, Reply<ListPage> reply, std::function<bool()> isWanted)
{
    auto search = std::make_shared<std::optional<ListSearch>>();
    Parts* parts = m_parts.get();
    m_parts->history.submit({[parts, user, query = std::move(query), reply, search](Connection& db) {
                                 if (!*search) {
                                     const Seq published = parts->sink->published();
                                     const AccountsPtr accounts = parts->accounts.get();
                                     const Account* account = accounts->find(user);
                                     if (!account) {
                                         reply.post(failure(401, "unauthorized", "The token is no longer valid."));
                                         return true;
                                     }
                                     search->emplace(query, *account, published);
                                 }
                                 const bool isDone = (*search)->turn(db, parts->clock.now(), parts->sums);
                                 if (isDone || db.hasFailed()) {
                                     reply.post((*search)->take(db));
                                     return true;
                                 }
                                 return false;
                             },
                             Parts::refusing(reply), false, std::move(isWanted)});
}

void Store::tokens(TokenQuery query, Reply<TokenPage> reply)
{
    Parts* parts = m_parts.get();
    m_parts->ask(m_parts->history, std::move(reply),
                 [parts, query](Connection& db) { return readTokens(db, query, parts->clock.now()); });
}

void Store::endingTokens(Time before, Reply<std::vector<EndingToken>> reply)
{
    Parts* parts = m_parts.get();
    m_parts->ask(m_parts->history, std::move(reply),
                 [parts, before](Connection& db) { return readEndingTokens(db, parts->clock.now(), before); });
}

void Store::sessions(UserId user, SessionQuery query, Reply<SessionPage> reply)
{
    Parts* parts = m_parts.get();
    m_parts->ask(m_parts->history, std::move(reply),
                 [parts, user, query](Connection& db) { return readSessions(db, user, query, parts->clock.now()); });
}

void Store::audit(AuditQuery query, Reply<AuditPage> reply)
{
    Parts* parts = m_parts.get();
    m_parts->ask(m_parts->history, std::move(reply), [parts, query](Connection& db) {
        const Seq published = parts->sink->published();
        return readAuditPage(db, query, *parts->accounts.get(), published);
    });
}

void Store::replay(ReplayRequest request, Reply<ReplayPage> reply)
{
    Parts* parts = m_parts.get();
    m_parts->ask(m_parts->replay, std::move(reply), [parts, request](Connection& db) {
        return readReplayPage(db, request, *parts->accounts.get(), parts->clock.now());
    });
}

} // namespace belfry::server
