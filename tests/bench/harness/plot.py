# SPDX-License-Identifier: GPL-3.0-or-later
"""Horizontal bars as SVG, by hand: readable in a browser and on a page, light or dark."""
from html import escape

COLOURS = {"Belfry": "#c2410c", "Belfry, 2 loops": "#ea580c", "bare epoll loop": "#6b7280",
           "bare epoll loop, io_uring": "#6b7280"}
LABELS, WIDTH, BAR, ROOM = 190, 760, 20, 7


def bars(path, title, groups):
    """`groups`: (title, [(name, value or None)]); each group has a scale of its own, from zero."""
    y, parts = 34, [f'<text x="12" y="22" class="t">{escape(title)}</text>']
    for group, entries in groups:
        entries = [(name, value) for name, value in entries if value is not None]
        if not entries:
            continue
        y += 24
        parts.append(f'<text x="12" y="{y}" class="g">{escape(group)}</text>')
        y += 10
        most = max(max(value for _, value in entries), 1e-9)
        for name, value in entries:
            width = max(1, (WIDTH - LABELS - 100) * max(value, 0) / most)
            label = f"{value:,.0f}" if value >= 100 else f"{value:.2g}"
            parts.append(f'<text x="{LABELS - 8}" y="{y + 15}" class="n">{escape(name)}</text>'
                         f'<rect x="{LABELS}" y="{y}" width="{width:.1f}" height="{BAR}" rx="2" '
                         f'fill="{COLOURS.get(name, "#94a3b8")}"/>'
                         f'<text x="{LABELS + width + 6:.1f}" y="{y + 15}" class="v">{label}</text>')
            y += BAR + ROOM
    style = ("text{font:13px system-ui,sans-serif;fill:#1f2937}.t{font-size:16px;font-weight:600}.g{font-weight:600}"
             ".n{text-anchor:end}")
    path.write_text(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y + 14}" width="{WIDTH}" '
                    f'height="{y + 14}" role="img" aria-label="{escape(title)}"><style>{style}</style>'
                    f'<rect width="100%" height="100%" fill="#ffffff"/>{"".join(parts)}</svg>\n')
