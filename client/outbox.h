// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/api.h"
#include "client/inbox.h"

#include <QDeadlineTimer>
#include <QObject>
#include <QTimer>

namespace belfry::client {

/// Sends what the person did, in order, while the server is there; what it is told on the way it keeps in the inbox.
///
/// A change stays stored until the server has answered it, so a restart goes on where it stopped. 404 and 409 are told
/// on the row, with what holds. Thread: the inbox's. The inbox and the calls outlive its start() … stop().
class Outbox : public QObject
{
    Q_OBJECT
public:
    /// @param sendAgain  after a failure; doubled with each in a row, up to 5 min
    Outbox(Inbox& inbox, std::chrono::milliseconds sendAgain, QObject* parent = nullptr);

    void start(LinkId link, Api* api);
    void stop();
    /// The server is there, or is not.
    void setConnected(bool isConnected);
    /// Something was added: sends it where the server is there.
    void flush();

Q_SIGNALS:
    void happened(const belfry::client::Effects& effects);
    void unauthorized();

private:
    void send(const QList<Change>& changes);
    void answered(const QList<Change>& changes);
    void failed(const QList<Change>& changes, const Error& error);
    void askWhatHolds(const Change& change, const Error& error);
    void refuse(const Change& change, const Error& error, const std::optional<ListItem>& holds);
    template <class T> Answer<T> answerTo(const QList<Change>& changes);

    Inbox& m_inbox;
    Api* m_api = nullptr;
    LinkId m_link = 0;
    int m_generation = 0;
    bool m_isConnected = false;
    bool m_isBusy = false;
    const std::chrono::milliseconds m_firstDelay;
    std::chrono::milliseconds m_delay;
    QDeadlineTimer m_notBefore; ///< the server's Retry-After
    QTimer m_retry;
};

} // namespace belfry::client
