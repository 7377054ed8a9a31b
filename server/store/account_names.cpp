// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/store/accounts.h"
#include "server/store/folding.h"

#include <QList>
#include <QString>
#include <QStringDecoder>

#include <algorithm>

namespace belfry::server {
namespace {

bool isForbidden(char32_t c)
{
    if (c == U':') {
        return true;
    }
    switch (QChar::category(c)) {
    case QChar::Other_Control:
    case QChar::Other_Format:
    case QChar::Other_Surrogate:
    case QChar::Separator_Line:
    case QChar::Separator_Paragraph:
        return true;
    default:
        return false;
    }
}

QString fromUtf8(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

bool isAllDigits(const QString& name)
{
    return std::all_of(name.begin(), name.end(), [](QChar c) { return c >= u'0' && c <= u'9'; });
}

QString folded(const QString& name)
{
    // Folding can undo the normal form, so it is made again: what is equal must stay equal.
    return caseFolded(name.normalized(QString::NormalizationForm_C)).normalized(QString::NormalizationForm_C);
}

bool isReserved(const QString& name)
{
    return isAllDigits(name) || folded(name) == u"all";
}

} // namespace

Result<std::string> validUserName(std::string_view name)
{
    QStringDecoder decoder(QStringDecoder::Utf8);
    const QString decoded = decoder.decode(QByteArrayView(name.data(), static_cast<qsizetype>(name.size())));
    if (decoder.hasError()) {
        return invalidMember("name", "The name is not valid UTF-8.");
    }
    const QString clean = decoded.trimmed().normalized(QString::NormalizationForm_C);
    const QList<uint> points = clean.toUcs4();
    if (points.isEmpty() || points.size() > static_cast<qsizetype>(limits::userName)) {
        return invalidMember("name", "A name has 1 to 64 characters.");
    }
    if (std::any_of(points.begin(), points.end(), [](uint c) { return isForbidden(c); })) {
        return invalidMember("name", "A name holds no colon and no invisible control or format characters.");
    }
    if (isAllDigits(clean)) {
        return invalidMember("name", "A name is not all digits: those stand for an id.");
    }
    if (isReserved(clean)) {
        return invalidMember("name", "\"all\" stands for everybody and is no name.");
    }
    return clean.toStdString();
}

std::string cleanedUserName(std::string_view name)
{
    QString clean;
    for (const uint c : fromUtf8(name).normalized(QString::NormalizationForm_C).toUcs4()) {
        if (!isForbidden(c)) {
            clean += QString::fromUcs4(reinterpret_cast<const char32_t*>(&c), 1);
        }
    }
    clean = clean.trimmed().normalized(QString::NormalizationForm_C);
    QList<uint> points = clean.toUcs4();
    if (points.size() > static_cast<qsizetype>(limits::userName)) {
        points.resize(static_cast<qsizetype>(limits::userName));
        clean = QString::fromUcs4(reinterpret_cast<const char32_t*>(points.constData()), points.size()).trimmed();
    }
    return clean.isEmpty() || isReserved(clean) ? std::string() : clean.toStdString();
}

std::string foldedUserName(std::string_view name)
{
    return folded(fromUtf8(name).trimmed()).toStdString();
}

} // namespace belfry::server
