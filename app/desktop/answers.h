// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFuture>
#include <QFutureWatcher>
#include <QObject>

#include <utility>

namespace belfry::desktop {

/// Calls `then` with a future's result, always from the event loop and never once `context` is gone.
///
/// QFuture::then(context, …) of Qt 6.4 calls at once where the result is there already, and asserts where the context
/// died first. A future that is cancelled answers never. Thread: the context's, which must be the caller's.
template <class T, class Then> void whenAnswered(const QFuture<T>& future, QObject* context, Then&& then)
{
    auto* watcher = new QFutureWatcher<T>(context);
    QObject::connect(watcher, &QFutureWatcherBase::finished, context,
                     [watcher, then = std::forward<Then>(then)]() mutable {
                         watcher->deleteLater();
                         if (watcher->future().resultCount() > 0)
                             then(watcher->result());
                     });
    watcher->setFuture(future);
}

} // namespace belfry::desktop
