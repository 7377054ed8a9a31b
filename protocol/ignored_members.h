// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/json/object.hpp>

#include <string>
#include <vector>

namespace belfry {

/// Members of a trigger's body that mean nothing where they stand, and were surely meant to: one letter from a known
/// one (`titel`), a known one in another spelling (`userId`), another service's word for one (`body`), or a known one
/// in the wrong place beside or inside “notification”. What is unknown otherwise is a sender's own and not named.
///
/// As they were written, each once, in their order; the audience's and the notification's members are those of
/// protocol.md, "A notification, as triggered".
/// @param nested  the object under “notification”, null where the body is flat
std::vector<std::string> ignoredMembers(const boost::json::object& body, const boost::json::object* nested);

} // namespace belfry
