// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/instance_word.h"

#include "client/invite_link.h"

#include <QStringDecoder>

#include <algorithm>

namespace belfry::desktop {

bool mayBeLink(const QString& text)
{
    return client::isInviteLink(text) && text.size() <= longestLink &&
           std::none_of(text.begin(), text.end(), [](QChar c) { return c.category() == QChar::Other_Control; });
}

QByteArray InstanceWord::line() const
{
    if (!link.isEmpty())
        return "show " + link.toUtf8() + '\n';
    return showsWindow ? "show\n" : "hello\n";
}

std::optional<InstanceWord> InstanceWord::fromLine(QByteArrayView line)
{
    if (line.size() > longestLine || !line.endsWith('\n'))
        return std::nullopt;
    const QByteArrayView word = line.chopped(1);
    if (word == "show" || word == "hello")
        return InstanceWord{word == "show", {}};
    if (!word.startsWith("show "))
        return std::nullopt;
    QStringDecoder utf8(QStringDecoder::Utf8);
    const QString link = utf8(word.sliced(5));
    if (utf8.hasError() || !mayBeLink(link))
        return std::nullopt;
    return InstanceWord{true, link};
}

} // namespace belfry::desktop
