// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/translations.h"

#include <QCoreApplication>
#include <QLibraryInfo>
#include <QLocale>

namespace belfry::desktop {

void Translations::use(const QString& locale)
{
    QCoreApplication::removeTranslator(&m_ours);
    QCoreApplication::removeTranslator(&m_qts);
    const QLocale chosen = locale.isEmpty() ? QLocale::system() : QLocale(locale);
    QLocale::setDefault(chosen);
    // English has a file of its own for its plurals; it is also what any other language falls back to.
    const QString name = QStringLiteral("belfry");
    const QString folder = QStringLiteral(":/translations");
    if (m_ours.load(chosen, name, QStringLiteral("_"), folder) ||
        m_ours.load(QLocale(QLocale::English), name, QStringLiteral("_"), folder))
        QCoreApplication::installTranslator(&m_ours);
    if (m_qts.load(chosen, QStringLiteral("qtbase"), QStringLiteral("_"),
                   QLibraryInfo::path(QLibraryInfo::TranslationsPath)) ||
        m_qts.load(chosen, QStringLiteral("qtbase"), QStringLiteral("_"), folder))
        QCoreApplication::installTranslator(&m_qts);
}

} // namespace belfry::desktop
