// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/notifier/dbus_image.h"

#include <QDBusArgument>
#include <QDBusMetaType>

namespace belfry::desktop {

struct DBusImage
{
    int width = 0;
    int height = 0;
    int rowStride = 0;
    bool hasAlpha = true;
    int bitsPerSample = 8;
    int channels = 4;
    QByteArray pixels;
};

} // namespace belfry::desktop

Q_DECLARE_METATYPE(belfry::desktop::DBusImage)

namespace belfry::desktop {

QDBusArgument& operator<<(QDBusArgument& argument, const DBusImage& image)
{
    argument.beginStructure();
    argument << image.width << image.height << image.rowStride << image.hasAlpha << image.bitsPerSample
             << image.channels << image.pixels;
    argument.endStructure();
    return argument;
}

const QDBusArgument& operator>>(const QDBusArgument& argument, DBusImage& image)
{
    argument.beginStructure();
    argument >> image.width >> image.height >> image.rowStride >> image.hasAlpha >> image.bitsPerSample >>
        image.channels >> image.pixels;
    argument.endStructure();
    return argument;
}

void registerImageType()
{
    qDBusRegisterMetaType<DBusImage>();
}

QVariant imageHint(const QImage& image)
{
    const QImage rgba = image.convertToFormat(QImage::Format_RGBA8888);
    DBusImage hint;
    hint.width = rgba.width();
    hint.height = rgba.height();
    hint.rowStride = int(rgba.bytesPerLine());
    hint.pixels = QByteArray(reinterpret_cast<const char*>(rgba.constBits()), rgba.sizeInBytes());
    return QVariant::fromValue(hint);
}

} // namespace belfry::desktop
