// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/command.h"

#include <QHash>
#include <QString>
#include <QStringList>

#include <tl/expected.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace belfry::cli {

/// An option a command knows: `--name VALUE` or `--name=VALUE`, or a flag where `value` is empty.
struct Option
{
    std::string_view name;  ///< without its dashes
    std::string_view value; ///< what stands for the value in the help: `URL`; empty: a flag
    std::string_view help;
    bool isRepeatable = false;
    bool isRequired = false;
    const char* environment = nullptr; ///< a variable that stands in where the option is not given, and is not empty
    /// Where not empty the value may be left out, and is this then. As an argument of its own it begins with a digit.
    std::string_view valueWithout = {};
};

/// How a command is called.
struct Usage
{
    std::string_view command;  ///< `send`, `user add`
    std::string_view operands; ///< what stands before the options in the help: `NAME`; empty: none
    std::string_view about;    ///< what it does, in sentences; lines end where they end here
    std::vector<Option> options;
    int operandCount = 0;         ///< exactly so many
    int optionalOperandCount = 0; ///< and so many more
    bool hasCommand = false;      ///< what follows `--` is a command of others: Options::command()
};

/// What a QTimer can wait for at most.
inline constexpr std::chrono::days longestTimer{24};

/// What was asked for, held to a Usage.
class Options
{
public:
    /// Arguments held to `usage`. `--help` prints the help and answers Done; what does not fit is one sentence on
    /// stderr and Usage. Either way the command returns that code: `if (!options) return options.error();`
    static tl::expected<Options, ExitCode> parse(const Usage& usage, const QStringList& arguments);

    bool has(std::string_view name) const;
    /// Given as an argument, not by a variable.
    bool isGiven(std::string_view name) const;
    /// The value given, or that of the variable that stands in, or `fallback`.
    QString value(std::string_view name, const QString& fallback = {}) const;
    QStringList values(std::string_view name) const;
    const QString& operand(qsizetype index) const { return m_operands[index]; }
    qsizetype operandCount() const { return m_operands.size(); }
    const QStringList& command() const { return m_command; }

    /// A whole number within [min, max]; nothing where the option is not given. Anything else is said on stderr: Usage.
    tl::expected<std::optional<std::int64_t>, ExitCode> integer(std::string_view name, std::int64_t min,
                                                                std::int64_t max) const;

    /// A length of time as durationFrom() reads it, up to `most`; otherwise as integer().
    tl::expected<std::optional<std::chrono::milliseconds>, ExitCode>
    duration(std::string_view name, std::chrono::milliseconds most = longestTimer) const;

    /// Says on stderr what is wrong with the call; answers Usage.
    ExitCode usageError(const QString& sentence) const;

private:
    const Option* known(QStringView name) const;

    Usage m_usage;
    QHash<QString, QStringList> m_given;
    QStringList m_operands;
    QStringList m_command;
};

} // namespace belfry::cli
