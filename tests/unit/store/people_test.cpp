// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/auth/jti.h"
#include "server/store/accounts.h"
#include "unit/store/fixture.h"

using namespace belfry;
using namespace belfry::server;
using namespace belfry::server::test;
using namespace std::chrono_literals;

/// Accounts, names, sessions and tokens.
class PeopleTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup() { m_fixture.reset(); }

    void namesAreJudged_data();
    void namesAreJudged();
    void namesFromOutsideAreCleaned();
    void namesAreUniqueUnderFolding();
    void lastAdminStays();
    void idsAreNeverReused();
    void onlyAdminsChangePeople();
    void externalPeopleKeepTheirId();
    void localIdsStartHighBesideAnExternalKey();
    void newPasswordRevokesWhatWas();
    void sessionsEndForGood();
    void createdTokensAreListedAndRevoked();
    void signInOverlappingAPasswordChangeYieldsNothing();
    void ownerIsRememberedById();
    void anInviteHoldsForADay();
    void whereSomebodySignedInIsKeptForNinetyDays();
    void signInsComeInPages();
    void unusedSignInsOfADeviceAreBounded();
    void tokensOfAllComeInPages();

private:
    Fixture& f() { return *m_fixture; }
    Result<Account> create(const std::string& name, Role role = Role::Receiver, std::optional<Credential> by = {})
    {
        return f().wait<Account>([&](auto reply) { f().store->createUser(by, name, "hash", role, reply); });
    }
    Result<Account> patch(UserId id, const UserPatch& patch)
    {
        return f().wait<Account>([&](auto reply) { f().store->patchUser({}, id, patch, reply); });
    }
    Result<Done> remove(UserId id)
    {
        return f().wait<Done>([&](auto reply) { f().store->deleteUser({}, id, reply); });
    }
    Result<Account> external(UserId id, const std::string& name, Role role = Role::Receiver)
    {
        return f().wait<Account>([&](auto reply) { f().store->ensureExternal(id, name, role, reply); });
    }
    Result<Account> owner(const std::string& name)
    {
        return f().wait<Account>([&](auto reply) { f().store->ensureOwner(name, reply); });
    }
    Result<SessionRecord> signIn(const Account& account, const std::string& address = "192.0.2.7")
    {
        return f().wait<SessionRecord>([&](auto reply) {
            f().store->startSession(account.id, account.generation, {"desk", address}, f().clock.now() + 720h, reply);
        });
    }
    /// After a restart: "ID address", oldest first.
    std::vector<std::string> knownPlaces()
    {
        if (!f().reopen())
            return {"not opened"};
        std::vector<std::string> places;
        for (const KnownPlace& place : f().store->takeKnownPlaces())
            places.push_back(std::to_string(place.user) + ' ' + place.address);
        return places;
    }
    bool admits(const Credential& credential) { return f().store->accounts()->admit(credential).has_value(); }

    std::unique_ptr<Fixture> m_fixture;
};

void PeopleTest::init()
{
    m_fixture = std::make_unique<Fixture>();
    QVERIFY(f().open());
}

void PeopleTest::namesAreJudged_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("stored"); // empty: refused
    QTest::newRow("plain") << QStringLiteral("ann") << QStringLiteral("ann");
    QTest::newRow("trimmed") << QStringLiteral("  Ann Lee \t") << QStringLiteral("Ann Lee");
    QTest::newRow("composed") << QStringLiteral("Ngo\u0302") << QStringLiteral("Ng\u00f4");
    QTest::newRow("digits") << QStringLiteral("123") << QString();
    QTest::newRow("digits and letter") << QStringLiteral("123a") << QStringLiteral("123a");
    QTest::newRow("all") << QStringLiteral("aLL") << QString();
    QTest::newRow("colon") << QStringLiteral("group:x") << QString();
    QTest::newRow("control") << QStringLiteral("a\u0007b") << QString();
    QTest::newRow("C1") << QStringLiteral("a\u0085b") << QString();
    QTest::newRow("format") << QStringLiteral("a\u202eb") << QString();
    QTest::newRow("line separator") << QStringLiteral("a\u2028b") << QString();
    QTest::newRow("newline inside") << QStringLiteral("a\nb") << QString();
    QTest::newRow("empty") << QStringLiteral("   ") << QString();
    QTest::newRow("64 characters") << QString(64, u'\u00e4') << QString(64, u'\u00e4');
    QTest::newRow("65 characters") << QString(65, u'x') << QString();
    QTest::newRow("beyond the plane") << QString::fromUcs4(U"\U0001F514") << QString::fromUcs4(U"\U0001F514");
}

void PeopleTest::namesAreJudged()
{
    QFETCH(QString, name);
    QFETCH(QString, stored);
    const auto account = create(name.toStdString());
    QCOMPARE(account.has_value(), !stored.isEmpty());
    if (account) {
        QCOMPARE(account->name, stored.toStdString());
    } else {
        QCOMPARE(account.error().status, 400);
        QCOMPARE(account.error().field, std::string("name"));
    }
}

void PeopleTest::namesFromOutsideAreCleaned()
{
    QCOMPARE(cleanedUserName(" a:\u202eb\n "), std::string("ab"));
    QCOMPARE(cleanedUserName("123"), std::string());
    QCOMPARE(cleanedUserName("All"), std::string());
    QCOMPARE(codePoints(cleanedUserName(std::string(100, 'x'))), 64U);
    QVERIFY(validUserName("\xff").has_value() == false);
}

void PeopleTest::namesAreUniqueUnderFolding()
{
    QVERIFY(create("Straße"));
    QCOMPARE(create("STRASSE").error().status, 409);
    const auto other = create("other");
    UserPatch rename;
    rename.name = "strasse";
    QCOMPARE(patch(other->id, rename).error().status, 409);
    rename.name = "OTHER"; // one's own, written otherwise
    QCOMPARE(patch(other->id, rename)->name, std::string("OTHER"));
    QVERIFY(f().store->accounts()->findByName("oTHer"));
    QVERIFY(f().reopen());
    QVERIFY(f().store->accounts()->findByName("strasse"));
}

void PeopleTest::lastAdminStays()
{
    const auto first = create("first", Role::Admin);
    UserPatch demote;
    demote.role = Role::Sender;
    QCOMPARE(remove(first->id).error().status, 409);
    QCOMPARE(patch(first->id, demote).error().status, 409);
    QVERIFY(create("second", Role::Admin));
    QVERIFY(patch(first->id, demote));
    QVERIFY(remove(first->id));
    QCOMPARE(remove(first->id).error().status, 404);
}

void PeopleTest::idsAreNeverReused()
{
    QCOMPARE(create("a")->id, 1);
    const auto b = create("b");
    QVERIFY(remove(b->id));
    QVERIFY(f().reopen());
    QCOMPARE(create("b")->id, 3);
    QVERIFY(f().store->accounts()->isDeleted(b->id));
}

void PeopleTest::onlyAdminsChangePeople()
{
    const Credential admin = f().add("admin", Role::Admin);
    const Credential ann = f().add("ann", Role::Sender);
    QCOMPARE(create("x", Role::Receiver, ann).error().status, 403);
    QVERIFY(create("x", Role::Receiver, admin));
    Credential stale = admin;
    stale.generation ^= 1;
    QCOMPARE(create("y", Role::Receiver, stale).error().status, 401);
}

void PeopleTest::externalPeopleKeepTheirId()
{
    const auto local = create("Ann", Role::Admin);
    const auto taken = external(41, "ann");
    QCOMPARE(taken->name, std::string("ann (41)"));
    QVERIFY(taken->isExternal);
    QCOMPARE(external(41, "renamed")->name, std::string("ann (41)"));
    QCOMPARE(external(42, "")->name, std::string("user 42"));
    QCOMPARE(external(local->id, "x").error().status, 401);
    QCOMPARE(external(std::int64_t{1} << 52, "x").error().status, 401);
    QCOMPARE(external(0, "x").error().status, 401);
    QVERIFY(remove(41));
    QVERIFY(f().reopen());
    QCOMPARE(external(41, "ann").error().status, 401);
    // Local people pass by ids that external ones hold.
    QVERIFY(external(2, "two") && external(3, "three"));
    QCOMPARE(create("next")->id, 4);
    Credential credential = Fixture::credentialOf(*f().store->accounts()->find(2));
    credential.claimedRole = Role::Sender;
    QVERIFY(f().store->accounts()->admit(credential).value() == Role::Sender);
    credential.user = local->id; // a token from outside says nothing about local people
    QVERIFY(!admits(credential));
}

void PeopleTest::localIdsStartHighBesideAnExternalKey()
{
    QCOMPARE(create("low")->id, 1);
    f().settings.hasExternalKey = true;
    QVERIFY(f().reopen());
    QCOMPARE(create("high")->id, std::int64_t{1} << 52);
    QCOMPARE(create("higher")->id, (std::int64_t{1} << 52) + 1);
}

void PeopleTest::newPasswordRevokesWhatWas()
{
    const Credential ann = f().add("ann", Role::Admin);
    QVERIFY(admits(ann));
    UserPatch patched;
    patched.passwordHash = "new";
    const auto account = patch(ann.user, patched);
    QVERIFY(!admits(ann));
    QVERIFY(admits(Fixture::credentialOf(*account)));
    QVERIFY(f().reopen());
    QVERIFY(!admits(ann));
    QVERIFY(admits(Fixture::credentialOf(*account)));
}

void PeopleTest::sessionsEndForGood()
{
    const auto account = create("ann");
    const auto session = signIn(*account);
    QVERIFY(session);
    Credential credential = Fixture::credentialOf(*account);
    credential.tokenId = session->id;
    credential.expiresAt = f().clock.now() + 720h;
    const auto extend = [&] {
        return f().wait<Done>(
            [&](auto reply) { f().store->extendSession(credential, f().clock.now() + 1440h, reply); });
    };
    QVERIFY(extend());
    QVERIFY(f().wait<Done>([&](auto reply) { f().store->endSession(credential, reply); }));
    QVERIFY(!admits(credential));
    QCOMPARE(extend().error().status, 401);
    f().clock.turn(1000h); // past the first token's life, within the renewed one's
    QVERIFY(f().reopen());
    QVERIFY(!admits(credential));
    credential.tokenId = signIn(*account)->id;
    QVERIFY(admits(credential));
    // revoke --jti ends the whole session.
    const std::string jti = makeJti({TokenKind::SignIn, credential.tokenId, account->generation});
    const auto revoke = [&] {
        return f().wait<Done>([&](auto reply) { f().store->revokeToken(account->id, jti, reply); });
    };
    QVERIFY(revoke());
    QVERIFY(!admits(credential));
    QCOMPARE(revoke().error().status, 404);
}

void PeopleTest::createdTokensAreListedAndRevoked()
{
    const auto account = create("ann");
    const std::string jti = makeJti({TokenKind::Created, 77, account->generation});
    const TokenRecord token{77, jti, f().clock.now(), f().clock.now() + 1h};
    QVERIFY(f().wait<Done>([&](auto reply) { f().store->recordToken(account->id, token, reply); }));
    const auto listed = [&] {
        return f().wait<TokenPage>([&](auto reply) { f().store->tokens({account->id, {}, 500}, reply); })->tokens;
    };
    QCOMPARE(listed().size(), 1U);
    QCOMPARE(listed().at(0).second.jti, jti);
    Credential credential = Fixture::credentialOf(*account);
    credential.kind = TokenKind::Created;
    credential.tokenId = 77;
    QVERIFY(admits(credential));
    const auto revoke = [&](UserId user) {
        return f().wait<Done>([&](auto reply) { f().store->revokeToken(user, jti, reply); });
    };
    const auto other = create("bob");
    QCOMPARE(revoke(other->id).error().status, 404);
    QVERIFY(revoke(account->id));
    QVERIFY(!admits(credential));
    QVERIFY(listed().empty());
}

void PeopleTest::signInOverlappingAPasswordChangeYieldsNothing()
{
    const auto account = create("ann");
    QVERIFY(f().wait<Done>([&](auto reply) { f().store->revokeAll(account->id, reply); }));
    QCOMPARE(signIn(*account).error().status, 401);
}

void PeopleTest::ownerIsRememberedById()
{
    QVERIFY(create("kim"));
    QVERIFY(f().store->ownerKey().empty());
    const auto made = owner("kim");
    QCOMPARE(made->name, std::string("kim-1"));
    QVERIFY(made->role == Role::Admin && made->passwordHash.empty());
    QCOMPARE(f().store->ownerKey(), std::to_string(made->id));
    QVERIFY(f().reopen());
    QCOMPARE(f().store->ownerKey(), std::to_string(made->id));
    QCOMPARE(owner("another")->id, made->id);
    QVERIFY(create("admin", Role::Admin));
    QVERIFY(remove(made->id));
    QCOMPARE(owner("kim").error().status, 409);
    for (const char* refused : {"123", "all", "a:b", ""}) {
        Fixture other;
        QVERIFY(other.open());
        const auto account = other.wait<Account>([&](auto reply) { other.store->ensureOwner(refused, reply); });
        QVERIFY(account);
        QVERIFY2(account->name.ends_with("-1"), account->name.c_str());
    }
}

void PeopleTest::anInviteHoldsForADay()
{
    const auto invite = [&](const std::string& hash) {
        return f().wait<InviteRecord>([&](auto reply) { f().store->createInvite({}, hash, Role::Sender, reply); });
    };
    const auto join = [&](const std::string& hash, const std::string& name) {
        return f().wait<Joined>([&](auto reply) {
            f().store->join({hash, name, "hash", {"desk", "192.0.2.7"}, f().clock.now() + 720h}, reply);
        });
    };
    const std::string one(32, 'a'), two(32, 'b');
    QVERIFY(invite(one));
    QVERIFY(invite(two));
    f().clock.turn(23h);
    const auto joined = join(one, "rita");
    QVERIFY(joined);
    QVERIFY(joined->account.role == Role::Sender);
    QCOMPARE(join(one, "sam").error().status, 401);
    f().clock.turn(2h);
    QCOMPARE(join(two, "sam").error().status, 401);
    // Also in another run, when the expired ones may be gone.
    f().close();
    QVERIFY(f().open());
    QCOMPARE(join(one, "sam").error().status, 401);
    QVERIFY(create("sam"));
}

void PeopleTest::whereSomebodySignedInIsKeptForNinetyDays()
{
    const auto admin = create("ada", Role::Admin);
    const auto rita = create("rita");
    QVERIFY(admin && rita);
    const auto signInLater = [&](const Account& account, const std::string& address) {
        f().clock.turn(1s);
        return signIn(account, address).has_value();
    };
    QVERIFY(signInLater(*admin, "198.51.100.1"));
    // Of IPv6 the /64 once, of IPv4 the address however it is written; the newest time counts.
    for (const char* address : {"2001:db8:0:1::5", "192.0.2.7", "2001:db8:0:1:9::6", "::ffff:192.0.2.7"})
        QVERIFY(signInLater(*rita, address));
    const std::vector<std::string> expected{"1 198.51.100.1", "2 2001:db8:0:1::/64", "2 192.0.2.7"};
    QCOMPARE(knownPlaces(), expected);

    for (int number = 1; number <= 40; ++number)
        QVERIFY(signInLater(*rita, "203.0.113." + std::to_string(number)));
    const auto bounded = knownPlaces();
    QCOMPARE(bounded.size(), std::size_t(33));
    QCOMPARE(bounded.front(), expected.front());
    QCOMPARE(bounded.at(1), std::string("2 203.0.113.9"));
    QCOMPARE(bounded.back(), std::string("2 203.0.113.40"));

    QVERIFY(remove(rita->id));
    QCOMPARE(knownPlaces().size(), std::size_t(1));

    f().clock.turn(89 * 24h);
    QVERIFY(create("sam"));
    QCOMPARE(f().store->takeKnownPlaces().size(), std::size_t(0)); // given away once
    f().clock.turn(25h);
    QVERIFY(create("tom")); // its commit tidies up
    QVERIFY(create("zoe"));
    QVERIFY(knownPlaces().empty());
}

void PeopleTest::signInsComeInPages()
{
    const auto ann = create("ann");
    std::vector<std::uint64_t> made;
    for (int i = 0; i < 7; ++i) {
        if (i % 2 == 0) {
            f().clock.turn(1s); // some are of the same moment
        }
        made.insert(made.begin(), signIn(*ann)->id);
    }
    std::vector<std::uint64_t> listed;
    SessionQuery query{0, 3};
    int pages = 0;
    for (bool isLast = false; !isLast; ++pages) {
        const auto page = f().wait<SessionPage>([&](auto reply) { f().store->sessions(ann->id, query, reply); });
        QVERIFY(page && page->sessions.size() <= 3 && pages < 10);
        for (const SessionRecord& session : page->sessions) {
            listed.push_back(session.id);
        }
        isLast = !page->next;
        query.after = page->next.value_or(0);
    }
    QCOMPARE(listed, made);
    QCOMPARE(pages, 3);
    // What has expired is not listed, and costs pages no more than others do.
    f().clock.turn(800h);
    const auto page = f().wait<SessionPage>([&](auto reply) { f().store->sessions(ann->id, {0, 3}, reply); });
    QVERIFY(page && page->sessions.empty());
}

void PeopleTest::unusedSignInsOfADeviceAreBounded()
{
    const auto ann = create("ann");
    const auto count = [&] {
        return f().wait<SessionPage>([&](auto reply) { f().store->sessions(ann->id, {}, reply); })->sessions.size();
    };
    const auto credentialOf = [&](const SessionRecord& session) {
        Credential credential = Fixture::credentialOf(*ann);
        credential.tokenId = session.id;
        return credential;
    };
    const auto other = f().wait<SessionRecord>([&](auto reply) {
        f().store->startSession(ann->id, ann->generation, {"laptop", "192.0.2.7"}, f().clock.now() + 720h, reply);
    });
    const auto inUse = signIn(*ann), first = signIn(*ann);
    QVERIFY(other && inUse && first);
    for (int i = 0; i < 99; ++i) {
        QVERIFY(signIn(*ann));
    }
    QCOMPARE(count(), 102U); // of one day: all of them may be in use
    f().clock.turn(25h);
    f().store->noteUse(credentialOf(*inUse));
    QVERIFY(f().add("a turn of the house").user > 0); // writes what was used
    QVERIFY(signIn(*ann));
    QCOMPARE(count(), 53U); // the other device's, the one in use, the new one, and 50 that nobody has used
    QVERIFY(admits(credentialOf(*other)) && admits(credentialOf(*inUse)));
    QVERIFY(!admits(credentialOf(*first)));
    QVERIFY(f().reopen());
    QVERIFY(admits(credentialOf(*inUse)) && !admits(credentialOf(*first)));
}

void PeopleTest::tokensOfAllComeInPages()
{
    std::vector<std::pair<UserId, std::string>> made;
    std::uint64_t id = std::uint64_t(1) << 63; // a negative number where SQLite keeps it
    for (const char* name : {"ann", "bob", "kim"}) {
        const auto account = create(name);
        for (int i = 0; i < 5; ++i) {
            const std::string jti = makeJti({TokenKind::Created, ++id, account->generation});
            const TokenRecord token{id, jti, f().clock.now(), f().clock.now() + 1h};
            QVERIFY(f().wait<Done>([&](auto reply) { f().store->recordToken(account->id, token, reply); }));
            made.emplace_back(account->id, jti);
        }
    }
    for (const auto& user : {std::optional<UserId>(), std::optional(made.at(7).first)}) {
        std::vector<std::pair<UserId, std::string>> listed;
        TokenQuery query{user, {}, 4};
        do {
            const auto page = f().wait<TokenPage>([&](auto reply) { f().store->tokens(query, reply); });
            QVERIFY(page && page->tokens.size() <= 4 && listed.size() <= made.size());
            for (const auto& [owner, token] : page->tokens) {
                listed.emplace_back(owner, token.jti);
            }
            query.after = page->next;
        } while (query.after);
        auto wanted = made;
        if (user) {
            std::erase_if(wanted, [&](const auto& one) { return one.first != *user; });
        }
        QCOMPARE(listed, wanted);
    }
}

QTEST_GUILESS_MAIN(PeopleTest)
#include "people_test.moc"
