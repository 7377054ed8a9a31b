// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/token_file.h"

#include <QFile>
#include <QFileInfo>
#include <QSaveFile>

namespace belfry::cli {

namespace {

constexpr qint64 tokenFileBytes = 16 * 1024;

tl::unexpected<Error> fault(const QString& sentence, const QString& path)
{
    return failure(0, "token_file", sentence.arg(path).toStdString());
}

} // namespace

QString tokenIn(const QString& text)
{
    QString token = text.trimmed();
    for (const auto& prefix : {QStringLiteral("Authorization:"), QStringLiteral("Bearer ")}) {
        if (token.startsWith(prefix, Qt::CaseInsensitive))
            token = token.mid(prefix.size()).trimmed();
    }
    return token;
}

Result<QString> readTokenFile(const QString& path)
{
    QFile file(path);
    if (QFileInfo(path).isDir() || !file.open(QIODevice::ReadOnly))
        return fault(QStringLiteral("The token file %1 cannot be read."), path);
    constexpr QFile::Permissions others = QFile::ReadGroup | QFile::ReadOther | QFile::WriteGroup | QFile::WriteOther;
    if ((file.permissions() & others) != 0)
        return fault(QStringLiteral("The token file %1 is open to others: chmod 600 it."), path);
    const QByteArray bytes = file.read(tokenFileBytes + 1);
    const QString token = tokenIn(QString::fromUtf8(bytes));
    const bool isOneWord =
        std::all_of(token.begin(), token.end(), [](QChar c) { return c.unicode() > 0x20 && c.unicode() < 0x7F; });
    if (token.isEmpty() || !isOneWord || bytes.size() > tokenFileBytes)
        return fault(QStringLiteral("The file %1 holds no token."), path);
    return token;
}

Result<void> writeTokenFile(const QString& path, const QString& token)
{
    QSaveFile file(path);
    // QSaveFile would take over what the file that was allowed; a token is for its owner alone.
    if (!file.open(QIODevice::WriteOnly) || !file.setPermissions(QFile::ReadOwner | QFile::WriteOwner) ||
        file.write(token.toUtf8() + '\n') < 0 || !file.commit())
        return fault(QStringLiteral("The token file %1 cannot be written."), path);
    return {};
}

} // namespace belfry::cli
