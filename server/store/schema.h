// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>
#include <vector>

namespace belfry::server {

/// The schema's steps in order, as in schema/NNN_name.sql: a store at version N has the first N. Never change one that
/// was released; add one.
const std::vector<std::string_view>& schemaSteps();

} // namespace belfry::server
