// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/keychain.h"

#include "client/keychain_watch.h"
#include "client/words.h"

#include <qt6keychain/keychain.h>

namespace belfry::client {

namespace {

QString service()
{
    return QStringLiteral("belfry");
}

KeychainAnswer answerOf(const QKeychain::Job& job)
{
    KeychainAnswer answer;
    switch (job.error()) {
    case QKeychain::NoError:
        answer.outcome = KeychainOutcome::Found;
        return answer;
    case QKeychain::EntryNotFound:
        answer.outcome = KeychainOutcome::NotFound;
        return answer;
    case QKeychain::AccessDenied:
    case QKeychain::AccessDeniedByUser:
        answer.reason = LinkWords::tr("The keyring is locked, or access to it was refused: unlock it and try again.");
        break;
    default: // with no Secret Service at all it is OtherError, not NoBackendAvailable
        answer.reason = LinkWords::tr("No keyring answers: start one (for example GNOME Keyring or KWallet).");
        break;
    }
    answer.outcome = KeychainOutcome::Unavailable;
    return answer;
}

/// Starts a job that answers while `context` lives; the job deletes itself.
template <class Job>
void start(Job* job, const QString& entry, QObject* context, std::function<void(KeychainAnswer)> answer)
{
    job->setInsecureFallback(false);
    job->setAutoDelete(true);
    job->setKey(entry);
    QObject::connect(job, &QKeychain::Job::finished, context, [job, answer = std::move(answer)](QKeychain::Job*) {
        KeychainAnswer given = answerOf(*job);
        if constexpr (std::is_same_v<Job, QKeychain::ReadPasswordJob>) {
            if (given.outcome == KeychainOutcome::Found)
                given.secret = job->textData();
        }
        if (answer)
            answer(std::move(given));
    });
    job->start();
}

} // namespace

Keychain::Keychain(QObject* parent) : QObject(parent)
{
    watchForKeychain(this, [this] { Q_EMIT becameAvailable(); });
}

void Keychain::read(const QString& entry, std::function<void(KeychainAnswer)> answer)
{
    start(new QKeychain::ReadPasswordJob(service()), entry, this, std::move(answer));
}

void Keychain::write(const QString& entry, const QString& secret, std::function<void(KeychainAnswer)> answer)
{
    auto* const job = new QKeychain::WritePasswordJob(service());
    job->setTextData(secret);
    start(job, entry, this, std::move(answer));
}

void Keychain::remove(const QString& entry, std::function<void(KeychainAnswer)> answer)
{
    start(new QKeychain::DeletePasswordJob(service()), entry, this, std::move(answer));
}

QString keychainEntry(const QString& installationId, const QString& serverId, std::int64_t userId, const QString& place)
{
    return QStringList{installationId, serverId, QString::number(userId), place}.join(u'/');
}

} // namespace belfry::client
