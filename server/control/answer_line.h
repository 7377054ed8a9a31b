// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/result.h"

#include <optional>
#include <string>

namespace belfry::server {

/// What goes back over the control socket, and through the pipe of a command that works apart: a line of JSON,
/// `{"output":"…"}`, or `{"status","error","code","field"}`; before it, where the work takes long, `{"progress":0.25}`.

std::string answerLine(const Result<std::string>& answer);
std::string progressLine(double share);
/// Nothing where the line is no progress but the answer.
std::optional<double> progressIn(const std::string& line);
Result<std::string> answerIn(const std::string& line);

} // namespace belfry::server
