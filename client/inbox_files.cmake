# SPDX-License-Identifier: GPL-3.0-or-later
target_sources(belfry_client PRIVATE
    row.h
    inbox_fold.h inbox_fold.cpp
    inbox_schema.h inbox_schema.cpp
    inbox_database.h inbox_database.cpp
    inbox_rows.h inbox_rows.cpp
    inbox.h inbox_internal.h inbox.cpp
    inbox_incoming.cpp
    inbox_listing.cpp
    inbox_actions.cpp
    inbox_forget.cpp
    inbox_reader.h inbox_reader.cpp
    sync_collector.h sync_collector.cpp
    sync_words.h sync_words.cpp
    answer_words.h answer_words.cpp
    sync.h sync.cpp sync_listing.cpp sync_polling.cpp sync_showing.cpp sync_stream.cpp sync_time.cpp
    outbox.h outbox.cpp
    session_book.h session_book.cpp
    session.h session.cpp
    session_core.h session_core.cpp session_deleting.cpp session_history.cpp session_join.cpp session_own.cpp
    session_signin.cpp
    wakeup.h wakeup.cpp
    client.h client.cpp
)
