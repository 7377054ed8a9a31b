// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/history/tones.h"

#include <QIconEngine>
#include <QPainterPath>
#include <QPixmap>

#include <algorithm>
#include <cmath>

namespace belfry::desktop::tones {

namespace {

double luminance(const QColor& color)
{
    const auto part = [](double c) { return c <= 0.03928 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4); };
    return 0.2126 * part(color.redF()) + 0.7152 * part(color.greenF()) + 0.0722 * part(color.blueF());
}

QColor mixed(const QColor& a, const QColor& b, double shareOfB)
{
    const auto mix = [&](double x, double y) { return static_cast<float>(x * (1 - shareOfB) + y * shareOfB); };
    return QColor::fromRgbF(mix(a.redF(), b.redF()), mix(a.greenF(), b.greenF()), mix(a.blueF(), b.blueF()));
}

/// Draws a type's mark whenever and in whatever size it is asked for.
class TypeIconEngine final : public QIconEngine
{
public:
    TypeIconEngine(Type type, const QColor& color) : m_type(type), m_color(color) {}

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State) override
    {
        QColor color = m_color;
        if (mode == QIcon::Disabled)
            color.setAlphaF(0.5F);
        paintType(*painter, rect, m_type, color);
    }
    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override
    {
        QPixmap pixmap(size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paint(&painter, QRect(QPoint(), size), mode, state);
        return pixmap;
    }
    QIconEngine* clone() const override { return new TypeIconEngine(*this); }

private:
    Type m_type;
    QColor m_color;
};

} // namespace

double contrast(const QColor& a, const QColor& b)
{
    const double x = luminance(a) + 0.05;
    const double y = luminance(b) + 0.05;
    return std::max(x, y) / std::min(x, y);
}

bool isDark(const QPalette& palette)
{
    return luminance(palette.color(QPalette::Base)) < luminance(palette.color(QPalette::Text));
}

QColor muted(const QColor& text, const QColor& ground)
{
    for (double share = 0.4; share > 0; share -= 0.05)
        if (const QColor color = mixed(text, ground, share); contrast(color, ground) >= 5.0)
            return color;
    return text;
}

QColor accent(const QPalette& palette)
{
    return isDark(palette) ? QColor(0x7a, 0xb7, 0xff) : QColor(0x0b, 0x5c, 0xad);
}

QColor ofType(Type type, const QPalette& palette)
{
    const bool dark = isDark(palette);
    switch (type) {
    case Type::Info:
        return accent(palette);
    case Type::Success:
        return dark ? QColor(0x6c, 0xd0, 0x8a) : QColor(0x1a, 0x7a, 0x3c);
    case Type::Warning:
        return dark ? QColor(0xf2, 0xbe, 0x4d) : QColor(0x9a, 0x62, 0x00);
    case Type::Error:
        return dark ? QColor(0xff, 0x8f, 0x8a) : QColor(0xb8, 0x24, 0x24);
    }
    return palette.color(QPalette::Text);
}

QColor hit(const QPalette& palette)
{
    return isDark(palette) ? QColor(0x6b, 0x55, 0x10) : QColor(0xff, 0xe8, 0x8a);
}

void makeSelectionReadable(QPalette& palette)
{
    for (const auto group : {QPalette::Active, QPalette::Inactive}) {
        const QColor ink = palette.color(group, QPalette::HighlightedText);
        const QColor away = luminance(ink) > 0.4 ? QColor(Qt::black) : QColor(Qt::white);
        const QColor ground = palette.color(group, QPalette::Highlight);
        for (double share = 0; share <= 1; share += 0.05)
            if (const QColor color = mixed(ground, away, share); contrast(color, ink) >= 4.6) {
                palette.setColor(group, QPalette::Highlight, color);
                break;
            }
    }
}

QColor noticeGround(const QPalette& palette)
{
    return isDark(palette) ? QColor(0x4a, 0x3c, 0x14) : QColor(0xff, 0xf3, 0xcd);
}

void paintType(QPainter& painter, const QRectF& rect, Type type, const QColor& color)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const double side = std::min(rect.width(), rect.height());
    painter.translate(rect.center().x() - side / 2, rect.center().y() - side / 2);
    painter.scale(side / 16, side / 16); // drawn on a grid of 16
    const QPen line(color, 1.6, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin);
    painter.setPen(line);
    painter.setBrush(Qt::NoBrush);
    switch (type) {
    case Type::Info:
        painter.drawEllipse(QPointF(8, 8), 6.6, 6.6);
        painter.drawLine(QPointF(8, 7.4), QPointF(8, 11.2));
        painter.drawPoint(QPointF(8, 4.9));
        break;
    case Type::Success:
        painter.drawEllipse(QPointF(8, 8), 6.6, 6.6);
        painter.drawPolyline(QPolygonF({{5.0, 8.3}, {7.2, 10.4}, {11.0, 5.9}}));
        break;
    case Type::Warning:
        painter.drawPolygon(QPolygonF({{8, 1.9}, {14.8, 13.8}, {1.2, 13.8}}));
        painter.drawLine(QPointF(8, 6.6), QPointF(8, 9.6));
        painter.drawPoint(QPointF(8, 11.8));
        break;
    case Type::Error:
        painter.drawPolygon(QPolygonF(
            {{5.2, 1.4}, {10.8, 1.4}, {14.6, 5.2}, {14.6, 10.8}, {10.8, 14.6}, {5.2, 14.6}, {1.4, 10.8}, {1.4, 5.2}}));
        painter.drawLine(QPointF(5.6, 5.6), QPointF(10.4, 10.4));
        painter.drawLine(QPointF(10.4, 5.6), QPointF(5.6, 10.4));
        break;
    }
    painter.restore();
}

QIcon typeIcon(Type type, const QPalette& palette)
{
    return QIcon(new TypeIconEngine(type, ofType(type, palette)));
}

} // namespace belfry::desktop::tones
