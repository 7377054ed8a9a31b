// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace belfry::server {

/// A password as it is compared (RFC 8265 §4.2, profile OpaqueString): every space a plain one, and NFC, so that it is
/// the same whichever form a keyboard gives (macOS and Vietnamese input give both). What is no UTF-8 comes back as it
/// is. Pure.
std::string opaqueForm(std::string_view text);

/// Whether an opaqueForm() is of PRECIS' FreeformClass (RFC 8264 §4.3): no controls, no invisible or unassigned
/// characters, joiners and the few others with a rule of context only where it holds. Pure.
bool isFreeform(std::string_view text);

} // namespace belfry::server
