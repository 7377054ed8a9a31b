// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/server_process.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace belfry::test;

namespace {

QByteArray contentOf(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QStringList post(const QString& path, const QString& body)
{
    return {path, QStringLiteral("-H"), QStringLiteral("Content-Type: application/json"), QStringLiteral("-d"), body};
}

} // namespace

/// What a server writes where others may read it (log, answers, metrics, process list) holds no token and no password,
/// whatever people do with theirs.
class SecretsTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aWholeSessionLeavesNoneBehind();
};

void SecretsTest::aWholeSessionLeavesNoneBehind()
{
    ServerProcess server;
    QVERIFY(server.start({QStringLiteral("--log-level"), QStringLiteral("debug")}));
    QVERIFY(server.addUser(QStringLiteral("ann"), QStringLiteral("admin")) > 0);
    const QByteArray created = server.token(QStringLiteral("ann"));

    int status = 0;
    const QString login = QStringLiteral("/api/auth/login/");
    const QByteArray signIn = server.request(
        {}, post(login, QStringLiteral("{\"username\":\"ann\",\"password\":\"correct horse\"}")), &status);
    QCOMPARE(status, 200);
    const QByteArray token =
        QJsonDocument::fromJson(signIn).object().value(QStringLiteral("token")).toString().toUtf8();
    QVERIFY(token.size() > 100);

    // What people do with them, rightly and wrongly; and what they are told then.
    QByteArray answers;
    const auto ask = [&](const QByteArray& with, const QStringList& arguments) {
        answers += server.request(with, QStringList{QStringLiteral("-i")} + arguments);
    };
    const QString text = QString::fromLatin1(token);
    ask({}, post(login, QStringLiteral("{\"username\":\"ann\",\"password\":\"battery staple\"}")));
    ask({}, post(login, QStringLiteral("{\"username\":\"battery staple\",\"password\":\"battery staple\"}")));
    ask({}, post(login, QStringLiteral("{\"username\":\"ann\",\"password\":\"battery staple")));
    ask({}, post(QStringLiteral("/api/auth/login/?password=battery+staple"), QStringLiteral("{}")));
    ask(token + "x", {QStringLiteral("/api/me/")});
    ask(created, {QStringLiteral("/api/me/")});
    ask({}, {QStringLiteral("/api/me/?token=") + text});
    ask({}, {QStringLiteral("/api/notifications/sse/") + text});
    ask({}, {QStringLiteral("/api/notifications/sse/%3Ftoken=") + text});
    ask({}, {QStringLiteral("/api/me/"), QStringLiteral("-X"), text});
    ask({}, {QStringLiteral("-m"), QStringLiteral("1"), QStringLiteral("/api/notifications/sse/?token=") + text});
    ask(token, post(QStringLiteral("/api/notifications/trigger/"), QStringLiteral("{\"user_id\":1,\"title\":\"t\"}")));
    ask(token, post(QStringLiteral("/api/users/"),
                    QStringLiteral("{\"name\":\"bob\",\"password\":\"battery staple\",\"role\":\"receiver\"}")));
    ask(token, {QStringLiteral("/metrics")});
    ask(token, {QStringLiteral("/api/auth/logout/"), QStringLiteral("-X"), QStringLiteral("POST")});

    const QString process = QStringLiteral("/proc/%1/").arg(server.processId());
    const QByteArray listed =
        contentOf(process + QStringLiteral("cmdline")) + contentOf(process + QStringLiteral("environ"));
    QCOMPARE(server.stop(), 0);
    const QByteArray log = server.log();
    QVERIFY(log.contains("answered"));
    QVERIFY(log.contains("path=/api/users/"));

    const QByteArray signature = token.mid(token.lastIndexOf('.') + 1);
    const QByteArray createdSignature = created.mid(created.lastIndexOf('.') + 1);
    for (const QByteArray& secret : {signature, createdSignature, QByteArray("battery"), QByteArray("correct horse")}) {
        QVERIFY2(!log.contains(secret), log.constData());
        QVERIFY2(!answers.contains(secret), answers.constData());
        QVERIFY(!listed.contains(secret));
    }
}

QTEST_GUILESS_MAIN(SecretsTest)
#include "tst_secrets.moc"
