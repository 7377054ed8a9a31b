# SPDX-License-Identifier: GPL-3.0-or-later
target_sources(belfry_server PRIVATE
    net/request.cpp
    net/response.cpp
)
