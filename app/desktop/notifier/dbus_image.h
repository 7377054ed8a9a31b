// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QImage>
#include <QVariant>

/// A picture as the hint `image-data` (Desktop Notifications Specification, "Icons and Images": iiibiiay), so that it
/// is shown whether or not an icon theme knows us. Thread: any, after registerImageType().
namespace belfry::desktop {

void registerImageType();
QVariant imageHint(const QImage& image);

} // namespace belfry::desktop
