// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/options.h"

#include "app/cli/durations.h"
#include "app/cli/terminal.h"

#include <algorithm>

namespace belfry::cli {

namespace {

QString text(std::string_view utf8)
{
    return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size()));
}

QString dashed(const Option& option)
{
    return QStringLiteral("--") + text(option.name);
}

QString helpText(const Usage& usage)
{
    QString out = QStringLiteral("Usage: belfry %1").arg(text(usage.command));
    if (!usage.operands.empty())
        out += u' ' + text(usage.operands);
    bool hasOptional = false;
    for (const Option& option : usage.options) {
        hasOptional |= !option.isRequired;
        if (option.isRequired)
            out += QStringLiteral(" %1%2").arg(dashed(option),
                                               option.value.empty() ? QString() : u' ' + text(option.value));
    }
    if (hasOptional)
        out += QStringLiteral(" [OPTION]…");
    if (usage.hasCommand)
        out += QStringLiteral(" -- COMMAND [ARGUMENT]…");
    out += QStringLiteral("\n\n%1\n").arg(text(usage.about));
    qsizetype width = 6;
    for (const Option& option : usage.options)
        width = std::max(width, dashed(option).size() + 1 + text(option.value).size());
    width = std::min<qsizetype>(width, 28);
    out += QStringLiteral("\nOptions:\n");
    const auto line = [&out, width](const QString& left, const QString& right) {
        out += QStringLiteral("  %1  %2\n").arg(left, -static_cast<int>(width)).arg(right);
    };
    for (const Option& option : usage.options) {
        QString help = text(option.help);
        if (option.isRepeatable)
            help += QStringLiteral(" (repeatable)");
        if (option.environment != nullptr)
            help += QStringLiteral(" (or %1)").arg(QLatin1StringView(option.environment));
        const QString value =
            option.valueWithout.empty() ? u' ' + text(option.value) : QStringLiteral(" [%1]").arg(text(option.value));
        line(option.value.empty() ? dashed(option) : dashed(option) + value, help);
    }
    line(QStringLiteral("--help"), QStringLiteral("Print this"));
    return out;
}

} // namespace

tl::expected<Options, ExitCode> Options::parse(const Usage& usage, const QStringList& arguments)
{
    Options options;
    options.m_usage = usage;
    const auto wrong = [&options](const QString& sentence) { return tl::unexpected(options.usageError(sentence)); };

    // Help first, wherever it stands: whoever asks is not to be scolded for what else is there.
    for (const QString& argument : arguments) {
        if (argument == QLatin1StringView("--"))
            break;
        if (argument == QLatin1StringView("--help"))
            return tl::unexpected(print(helpText(usage).toUtf8()) ? ExitCode::Done : ExitCode::Failed);
    }

    bool onlyOperands = false;
    for (qsizetype i = 0; i < arguments.size(); ++i) {
        const QString& argument = arguments[i];
        if (onlyOperands || !argument.startsWith(u'-') || argument.size() == 1) {
            options.m_operands.append(argument);
            continue;
        }
        if (argument == QLatin1StringView("--")) {
            if (usage.hasCommand) {
                options.m_command = arguments.mid(i + 1);
                break;
            }
            onlyOperands = true;
            continue;
        }
        const qsizetype equals = argument.indexOf(u'=');
        const QString name = argument.left(equals < 0 ? argument.size() : equals);
        const Option* const option =
            name.startsWith(QLatin1StringView("--")) ? options.known(QStringView(name).mid(2)) : nullptr;
        if (option == nullptr)
            return wrong(QStringLiteral("there is no option %1").arg(name));
        QString value;
        if (option->value.empty()) {
            if (equals >= 0)
                return wrong(QStringLiteral("%1 takes no value").arg(name));
        } else if (equals >= 0) {
            value = argument.mid(equals + 1);
        } else if (!option->valueWithout.empty()) {
            const bool isNext = i + 1 < arguments.size() && !arguments[i + 1].isEmpty() &&
                                arguments[i + 1].front() >= u'0' && arguments[i + 1].front() <= u'9';
            value = isNext ? arguments[++i] : text(option->valueWithout);
        } else {
            // `--title --message x` is a forgotten value, not a title; one that begins so is written with `=`.
            const QString next = i + 1 < arguments.size() ? arguments[i + 1] : QString();
            const bool isOption =
                next.startsWith(QLatin1StringView("--")) &&
                options.known(QStringView(next).mid(2, next.indexOf(u'=') < 0 ? -1 : next.indexOf(u'=') - 2)) !=
                    nullptr;
            if (i + 1 == arguments.size() || isOption)
                return wrong(QStringLiteral("%1 needs a value: %1 %2").arg(name, text(option->value)));
            value = next;
            ++i;
        }
        QStringList& given = options.m_given[text(option->name)];
        if (!given.isEmpty() && !option->isRepeatable)
            return wrong(QStringLiteral("%1 is given twice").arg(name));
        given.append(value);
    }

    for (const Option& option : usage.options) {
        if (option.isRequired && !options.has(option.name))
            return wrong(QStringLiteral("%1 is missing").arg(dashed(option)));
    }
    if (usage.hasCommand && !options.m_operands.isEmpty())
        return wrong(QStringLiteral("-- stands before the command: -- %1").arg(options.m_operands[0]));
    if (const int most = usage.operandCount + usage.optionalOperandCount; options.m_operands.size() > most)
        return wrong(QStringLiteral("\"%1\" is one argument too many").arg(options.m_operands[most]));
    if (options.m_operands.size() < usage.operandCount)
        return wrong(QStringLiteral("%1 is missing").arg(text(usage.operands)));
    if (usage.hasCommand && options.m_command.isEmpty())
        return wrong(QStringLiteral("the command is missing: belfry %1 … -- COMMAND").arg(text(usage.command)));
    return options;
}

const Option* Options::known(QStringView name) const
{
    const auto found = std::find_if(m_usage.options.begin(), m_usage.options.end(),
                                    [name](const Option& option) { return text(option.name) == name; });
    return found == m_usage.options.end() ? nullptr : &*found;
}

bool Options::has(std::string_view name) const
{
    return !values(name).isEmpty();
}

bool Options::isGiven(std::string_view name) const
{
    return m_given.contains(text(name));
}

QString Options::value(std::string_view name, const QString& fallback) const
{
    const QStringList all = values(name);
    return all.isEmpty() ? fallback : all.constLast();
}

QStringList Options::values(std::string_view name) const
{
    const QString key = text(name);
    if (const auto given = m_given.constFind(key); given != m_given.constEnd())
        return *given;
    const Option* const option = known(key);
    Q_ASSERT(option != nullptr);
    if (option != nullptr && option->environment != nullptr) {
        if (const QString value = qEnvironmentVariable(option->environment); !value.isEmpty())
            return {value};
    }
    return {};
}

tl::expected<std::optional<std::int64_t>, ExitCode> Options::integer(std::string_view name, std::int64_t min,
                                                                     std::int64_t max) const
{
    if (!has(name))
        return std::nullopt;
    const QString given = value(name);
    bool isNumber = false;
    const std::int64_t number = given.toLongLong(&isNumber);
    const bool isPlain = std::all_of(given.begin(), given.end(), [](QChar c) {
        return c.unicode() == u'-' || (c.unicode() >= u'0' && c.unicode() <= u'9');
    });
    if (!isNumber || !isPlain || number < min || number > max) {
        return tl::unexpected(usageError(QStringLiteral("--%1 needs a whole number from %2 to %3, not \"%4\"")
                                             .arg(text(name))
                                             .arg(min)
                                             .arg(max)
                                             .arg(given)));
    }
    return number;
}

tl::expected<std::optional<std::chrono::milliseconds>, ExitCode> Options::duration(std::string_view name,
                                                                                   std::chrono::milliseconds most) const
{
    if (!has(name))
        return std::nullopt;
    const auto length = durationFrom(value(name));
    if (!length || *length > most)
        return tl::unexpected(
            usageError(QStringLiteral("--%1 needs a time like 90 (seconds), 10m, 1h or 2d, up to %2, not \"%3\"")
                           .arg(text(name), shownDuration(most), value(name))));
    return length;
}

ExitCode Options::usageError(const QString& sentence) const
{
    const QString command = text(m_usage.command);
    complain(QStringLiteral("%1: %2 (see belfry %1 --help).").arg(command, sentence));
    return ExitCode::Usage;
}

} // namespace belfry::cli
