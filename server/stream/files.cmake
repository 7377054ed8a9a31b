# SPDX-License-Identifier: GPL-3.0-or-later
target_sources(belfry_server PRIVATE
    stream/backlog.cpp
    stream/catch_up.cpp
    stream/event.cpp
    stream/hub.cpp
    stream/presence.cpp
    stream/ring.cpp
    stream/shard.cpp
    stream/shard_time.cpp
    stream/shard_writes.cpp
    stream/stream_places.cpp
    stream/wheel.cpp
)
