// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/history/message_html.h"

#include "app/desktop/history/hit_ranges.h"
#include "app/desktop/screen_text.h"

#include <QRegularExpression>

namespace belfry::desktop {

namespace {

/// Text between links: escaped, with hits marked.
QString marked(const QString& text, const QString& search, const QColor& hit)
{
    QString html;
    qsizetype at = 0;
    for (const HitRange& range : hitRanges(text, search)) {
        html += text.mid(at, range.start - at).toHtmlEscaped();
        html += QStringLiteral("<span style=\"background-color:%1\">%2</span>")
                    .arg(hit.name(), text.mid(range.start, range.length).toHtmlEscaped());
        at = range.start + range.length;
    }
    return html + text.mid(at).toHtmlEscaped();
}

/// Punctuation that ends a sentence is not part of an address, nor is a bracket that was opened before it.
qsizetype lengthOfAddress(QStringView address)
{
    qsizetype length = address.size();
    while (length > 0) {
        const QChar last = address.at(length - 1);
        const QStringView rest = address.first(length);
        if (QStringLiteral(".,;:!?'\"»”’…").contains(last) || (last == u')' && rest.count(u'(') < rest.count(u')')) ||
            (last == u']' && rest.count(u'[') < rest.count(u']')))
            --length;
        else
            break;
    }
    return length;
}

} // namespace

bool isOpenable(const QUrl& url)
{
    const QString scheme = url.scheme().toLower();
    return url.isValid() && !url.host().isEmpty() &&
           (scheme == QLatin1String("http") || scheme == QLatin1String("https"));
}

QUrl openableUrl(const QString& text)
{
    const QUrl url(screen::line(text), QUrl::StrictMode);
    return isOpenable(url) ? url : QUrl();
}

QString hostOf(const QUrl& url)
{
    // ASCII: a name in look-alike letters is shown as the xn-- that it is.
    const QString host = url.host(QUrl::FullyEncoded);
    const QString bracketed = host.contains(QLatin1Char(':')) ? QLatin1Char('[') + host + QLatin1Char(']') : host;
    return url.port() < 0 ? bracketed : bracketed + QLatin1Char(':') + QString::number(url.port());
}

QString messageHtml(const QString& message, const QString& search, const QColor& link, const QColor& hit)
{
    static const QRegularExpression address(QStringLiteral("\\bhttps?://[^\\s<>\"]+"),
                                            QRegularExpression::CaseInsensitiveOption);
    const QString text = screen::plain(message);
    QString html;
    qsizetype at = 0;
    auto found = address.globalMatch(text);
    while (found.hasNext()) {
        const QRegularExpressionMatch match = found.next();
        const qsizetype length = lengthOfAddress(match.capturedView());
        const QString written = text.mid(match.capturedStart(), length);
        const QUrl url(written, QUrl::StrictMode);
        if (!isOpenable(url))
            continue;
        html += marked(text.mid(at, match.capturedStart() - at), search, hit);
        html += QStringLiteral("<a href=\"%1\" style=\"color:%2\">%3</a>")
                    .arg(QString::fromLatin1(url.toEncoded()).toHtmlEscaped(), link.name(), written.toHtmlEscaped());
        const QString honest = url.scheme().toLower() + QStringLiteral("://") + hostOf(url);
        const QString after = written.mid(honest.size(), 1);
        if (!written.startsWith(honest, Qt::CaseInsensitive) ||
            !(after.isEmpty() || QStringLiteral("/?#").contains(after)))
            html += QStringLiteral(" (%1)").arg(hostOf(url).toHtmlEscaped());
        at = match.capturedStart() + length;
    }
    html += marked(text.mid(at), search, hit);
    return QStringLiteral("<div style=\"white-space:pre-wrap\">%1</div>").arg(html);
}

} // namespace belfry::desktop
