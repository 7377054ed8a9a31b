// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/notification.h"
#include "server/latency.h"
#include "server/store/accounts.h"
#include "server/store/commit_sink.h"
#include "server/store/compacting.h"
#include "server/store/read_requests.h"

#include <boost/json/object.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace belfry::server {

/// How long, and how many notifications, a store keeps: what is older, or more, is removed.
struct Retention
{
    std::chrono::days age{0};
    std::int64_t count = 0;
};

/// Where the store is, and who opens it.
struct StoreSettings
{
    int directory = -1; ///< descriptor of the data directory, open and locked; the store does not close it
    std::string path;   ///< its path, for sentences and for systems without /proc
    std::optional<std::chrono::days> retention{}; ///< given: written into the store, which is kept by it from now on
    std::optional<std::int64_t> retentionCount{}; ///< likewise
    bool keepsHouse = true; ///< false: a command beside a stopped server; removes nothing by itself, judges no clock
    /// Changes of state (read, unread, confirmed) that one person has in the log; beyond it the oldest goes, and the
    /// person's streams from before it start anew.
    std::int64_t mostStates = 10'000;
    std::int64_t keptRoomBytes = 8 * 1024 * 1024; ///< on the disk, for the day it is full (KeptRoom)
    bool hasExternalKey = false;                  ///< local accounts made from now on start at 2^52
};

/// The header Idempotency-Key with the hash (BLAKE2b-256) of the body it came with and the endpoint.
struct IdempotencyKey
{
    std::string key; ///< empty: none
    std::string endpoint;
    std::string bodyHash;
};

/// What a sender is told: the id, how many it is for, and how many of them have a stream open.
struct Published
{
    Seq id = 0;
    int recipients = 0;
    int online = 0;
};

/// A person's confirmation, the first one where there were several.
struct AckState
{
    Seq id = 0;
    Time ackedAt{};
    std::string answer; ///< empty: none
};

/// What of an account is to change; what is empty stays.
struct UserPatch
{
    std::optional<std::string> name;
    std::optional<std::string> passwordHash;
    std::optional<Role> role;
};

/// A token that was made by `token create`.
struct TokenRecord
{
    std::uint64_t tokenId = 0;
    std::string jti;
    Time issuedAt{};
    Time expiresAt{};
};

/// One of those that ends before a moment.
struct EndingToken
{
    std::uint64_t tokenId = 0;
    UserId user = 0;
    Time expiresAt{};
};

/// A sign-in of one machine, as long as its tokens live.
struct SessionRecord
{
    std::uint64_t id = 0;
    std::uint64_t generation = 0; ///< the one its password was verified under
    std::string device;
    Time createdAt{};
    Time lastUsedAt{}; ///< to the hour

    /// What the person knows it by: a JSON integer.
    std::int64_t number() const { return static_cast<std::int64_t>(id & std::uint64_t(maxJsonInteger)); }
};

/// A part of a person's sign-ins, the newest first.
struct SessionQuery
{
    std::int64_t after = 0; ///< what the page before said in `next`; 0: from the newest
    int limit = 500;
};

struct SessionPage
{
    std::vector<SessionRecord> sessions;
    std::optional<std::int64_t> next; ///< where the next page begins; nothing after the last one
};

/// Where a list of created tokens goes on: after this one.
struct TokenPlace
{
    UserId user = 0;
    Time issuedAt{};
    std::int64_t id = 0; ///< the token's, as the store keeps it
};

/// A part of the created tokens, of everybody or of one, by person and the oldest first.
struct TokenQuery
{
    std::optional<UserId> user;
    std::optional<TokenPlace> after;
    int limit = 500;
};

struct TokenPage
{
    std::vector<std::pair<UserId, TokenRecord>> tokens;
    std::optional<TokenPlace> next;
};

/// An invite that is open.
struct InviteRecord
{
    std::string codeHash; ///< 32 bytes
    Role role = Role::Receiver;
    UserId createdBy = 0; ///< 0: the data directory's owner
    Time createdAt{};
    Time expiresAt{};

    /// What admins know it by: a JSON integer, which tells nothing of the code.
    std::int64_t id() const;
};

/// From where somebody signs in.
struct SignInPlace
{
    std::string device;  ///< the machine's name, as it says itself; may be empty
    std::string address; ///< numeric
};

/// That somebody signed in from there, within 90 days.
struct KnownPlace
{
    UserId user = 0;
    std::string address; ///< as it counts (countedAddress)
    Time signedInAt{};
};

/// Somebody who joins with an invite.
struct Newcomer
{
    std::string codeHash;
    std::string name;
    std::string passwordHash;
    SignInPlace place;
    Time sessionExpiresAt{};
};

/// What an invite brought: the account and its first sign-in.
struct Joined
{
    Account account;
    SessionRecord session;
};

/// Something that was not done in a transaction of its own, for the record of who did what.
struct AuditNote
{
    std::optional<UserId> by;
    std::string action;
    boost::json::object details; ///< no secret, no message's text
};

/// The server's memory: the log, receipts, accounts, sessions, keys once used. One SQLite database in WAL mode, one
/// writing thread with group commit (engine.md, sections 4 and 8), two reading ones.
///
/// Every method may be called from any thread and returns at once; the answer comes to the Reply's home after its
/// commit is durable, with the batch it belongs to, or at once with 503 `busy` where too much waits. Each write is
/// checked in its transaction against what is committed by then: a credential that no longer holds is 401, a role too
/// low 403. Errors are values; a full disk is 507 and is recovered from without restart.
class Store
{
public:
    /// Opens, makes or upgrades `belfry.db` in the directory. Refuses, unchanged and in one sentence: a store of a
    /// newer program, a corrupt one, one that is not ours. Blocks; called before anything runs.
    static Result<std::unique_ptr<Store>> open(const StoreSettings& settings, const Clock& clock = systemClock());
    ~Store();

    /// Starts the threads. `sink` outlives the store's threads.
    void start(CommitSink& sink);
    /// Takes no more writes, commits those that it has, answers them. It can still be read. Idempotent. Blocks until
    /// done.
    void stopWriting();
    /// That, and breaks off what is being read; ends the threads. Idempotent. Blocks until done.
    void stop();

    const std::string& serverId() const; ///< UUID, made with the store
    const std::string& logId() const;    ///< UUID of the log
    Seq newest() const;                  ///< the stored counter at open: where `published` starts
    bool isHealthy() const;              ///< false after a write failed for the disk's sake, until one succeeds again
    std::string ownerKey() const;        ///< setting "owner_id", empty where never made
    AccountsPtr accounts() const;        ///< the newest snapshot
    const Retention& retention() const;  ///< what the store is kept by
    /// From where people signed in, as it stood at open, oldest first; the newest 65,536. Given away once.
    std::vector<KnownPlace> takeKnownPlaces();

    // --- the log ------------------------------------------------------------------------------------------------
    /// @param minimumRole  Role::Sender for trigger/, Role::Receiver for test/
    void publish(Credential by, Role minimumRole, Draft draft, IdempotencyKey key, Reply<Published> reply);
    /// Ids not addressed to the caller are ignored; the answer is the caller's unread count, taken after the commit by
    /// a reading thread.
    void markRead(Credential by, ReadState what, Reply<std::int64_t> reply);
    void markUnread(Credential by, std::vector<Seq> ids, Reply<std::int64_t> reply);
    void acknowledge(Credential by, Seq id, std::optional<std::string> answer, Reply<AckState> reply);
    void retract(Credential by, Seq id, Reply<Done> reply);

    // --- people: `by` empty where the data directory's owner acts (control socket, command line) ---------------------
    void createUser(std::optional<Credential> by, std::string name, std::string passwordHash, Role role,
                    Reply<Account> reply);
    void patchUser(std::optional<Credential> by, UserId id, UserPatch patch, Reply<Account> reply);
    void deleteUser(std::optional<Credential> by, UserId id, Reply<Done> reply);
    /// The person an external token names: added at first sight (protocol.md, "Tokens"); 401 where that may not be.
    void ensureExternal(UserId id, std::string nameClaim, Role role, Reply<Account> reply);
    /// The desktop's own admin account, made at the first call and remembered by id: without a password.
    /// 409 where it was removed or demoted since.
    void ensureOwner(std::string loginName, Reply<Account> reply);

    // --- invites: `by` as above ---------------------------------------------------------------------------------
    /// 24 h, for one account of this role. @param codeHash  32 bytes: the code itself is not kept
    void createInvite(std::optional<Credential> by, std::string codeHash, Role role, Reply<InviteRecord> reply);
    void removeInvite(std::optional<Credential> by, std::int64_t id, Reply<Done> reply); ///< 404
    /// Whether it holds, before anything is spent on it; 401.
    void invite(std::string codeHash, Reply<InviteRecord> reply);
    void invites(Reply<std::vector<InviteRecord>> reply); ///< the open ones, newest first
    /// Account, session and the end of the invite in one commit. 401 where it does not hold (any more); 400, 409 for
    /// the name: it stays open then.
    void join(Newcomer newcomer, Reply<Joined> reply);

    // --- sessions and tokens: answered when every loop has swept ---------------------------------------------------
    /// 401 where the generation is no longer the one that the password was verified under.
    void startSession(UserId user, std::uint64_t generation, SignInPlace place, Time expiresAt,
                      Reply<SessionRecord> reply);
    /// A renewed token of the session lives until `expiresAt`.
    void extendSession(Credential by, Time expiresAt, Reply<Done> reply);
    void endSession(Credential by, Reply<Done> reply); ///< logout: also of a created or external token
    /// One of the caller's own, by SessionRecord::number; 404.
    void endOwnSession(Credential by, std::int64_t number, Reply<Done> reply);
    /// A person's own: ends all their sessions and tokens but the one used here.
    /// 401 where the generation is no longer the one that the earlier password was verified under.
    void changePassword(Credential by, std::uint64_t generation, std::string passwordHash, Reply<Done> reply);
    /// Another hash of the same password: nothing ends. Not done where the hash is not `earlier` any more.
    void renewHash(UserId user, std::string earlier, std::string passwordHash);
    void recordToken(UserId user, TokenRecord token, Reply<Done> reply);
    void revokeAll(UserId user, Reply<Done> reply);
    void revokeToken(UserId user, std::string jti, Reply<Done> reply); ///< the whole session where it is one's; 404

    /// That a session is in use: cheap, in memory, written to the hour with the housekeeping.
    void noteUse(const Credential& credential);

    // --- who did what: written with each of the above, in its transaction --------------------------------------------
    /// What has none of its own. Gathers while the store is busy, so that many cost one commit; 1,024 wait at most.
    void note(AuditNote note);

    // --- reading: on the reading threads, one transaction a page -----------------------------------------------------
    /// @param isWanted  asked before each of its turns, on the reading thread: false once nobody waits for it. Empty:
    /// wanted
    void list(UserId user, ListQuery query, Reply<ListPage> reply, std::function<bool()> isWanted = {});
    void tokens(TokenQuery query, Reply<TokenPage> reply);
    /// Created tokens, of everybody, that have not expired and will before then: the first 1,000 to end.
    void endingTokens(Time before, Reply<std::vector<EndingToken>> reply);
    void sessions(UserId user, SessionQuery query, Reply<SessionPage> reply);
    void audit(AuditQuery query, Reply<AuditPage> reply);
    void replay(ReplayRequest request, Reply<ReplayPage> reply);

    /// Whether retention removed what follows `cursor` (0 < cursor < floor). Cheap, in memory; looked at again by
    /// replay().
    Seq floor() const;

    /// Asks each thread after the other and is answered by the writing one with its next batch, whatever the disk says;
    /// 503 where its mailbox is full.
    void checkLife(Reply<Done> reply);

    /// Whether a reader that has come so far stands where a restore left numbers out: it knows a log that is no more.
    bool isInGap(Seq cursor) const;

    /// Copies the store, as it is when that begins, into a new and empty file that somebody opened, while everything
    /// goes on (copying.h). Broken off, 507, where what is published meanwhile fills the write-ahead log. The file is
    /// left to the caller, half a one too. Thread: the caller's, which is blocked.
    Result<void> copyTo(int file, const Progress& goesOn);
    /// Makes the store as short as it can be (Writer::compact). What a server is asked to write waits meanwhile where
    /// it is one of before incremental vacuum, which is brought to that. Counts rows first, in the caller's thread;
    /// `goesOn` is called in the store's.
    void compact(Progress goesOn, Reply<Compacted> reply);

    struct Figures
    {
        std::uint64_t commits = 0, entries = 0, failedCommits = 0, waiting = 0, walFrames = 0;
        std::chrono::seconds removalWaits{0}; ///< how long nothing is removed for its age yet: the clock was set
        Latencies commitTimes;
    };
    Figures figures() const;

private:
    class Parts;
    explicit Store(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> m_parts;
};

} // namespace belfry::server
