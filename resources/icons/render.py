#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the icons: one SVG a picture from the parts below, and PNGs of it by rsvg-convert (package librsvg2-bin).

One colour, readable on light and dark panels; the bell's states differ in shape. Run it after a change; its results are
committed, so that a build needs no renderer.
"""
import pathlib
import subprocess

HERE = pathlib.Path(__file__).parent
SIZES = (16, 22, 24, 32, 48, 64, 128, 256)
TYPE_SIZES = (16, 24, 32, 48, 64)
COLOUR = "#3d7fd9"

# A 16 x 16 grid: edges lie on whole pixels at the smallest size.
BELL = "M8 1a1 1 0 0 1 1 1v.6A4.4 4.4 0 0 1 12.4 7v3.2L14 12v1H2v-1l1.6-1.8V7A4.4 4.4 0 0 1 7 2.6V2a1 1 0 0 1 1-1z"
CLAPPER = "M6 14h4a2 2 0 0 1-4 0z"
INSIDE = "M8 3.7A3.2 3.2 0 0 0 4.8 7v3.7L3.9 11.8h8.2l-.9-1.1V7A3.2 3.2 0 0 0 8 3.7z"


def bell(cut="", over="", hollow=False):
    body = BELL + (INSIDE if hollow else "")
    mask = ""
    attribute = ""
    if cut:
        mask = f'<mask id="m"><path fill="#fff" d="M0 0h16v16H0z"/>{cut}</mask>'
        attribute = ' mask="url(#m)"'
    return f'{mask}<g fill="{COLOUR}"><path fill-rule="evenodd" d="{body} {CLAPPER}"{attribute}/>{over}</g>'


def disc(colour, sign):
    return f'<circle cx="8" cy="8" r="7.5" fill="{colour}"/>{sign}'


STROKE = 'fill="none" stroke="#fff" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round"'
PICTURES = {
    "belfry": (bell(), SIZES),
    "bell-plain": (bell(), SIZES),
    "bell-dot": (bell('<circle cx="12" cy="4" r="5"/>', '<circle cx="12" cy="4" r="3.6"/>'), SIZES),
    "bell-bar": (bell('<path stroke="#000" stroke-width="4" d="M1 15 15 1"/>',
                      f'<path stroke="{COLOUR}" stroke-width="1.8" stroke-linecap="round" d="M1.6 14.4 14.4 1.6"/>'), SIZES),
    "bell-hollow": (bell(hollow=True), SIZES),
    "bell-exclamation": (bell('<path d="M9 0h7v13H9z"/>',
                              '<path d="M11 1h3l-.5 6.6h-2z"/><circle cx="12.5" cy="10.4" r="1.6"/>'), SIZES),
    "type-info": (disc("#2f6fc4", '<circle cx="8" cy="4.6" r="1.1" fill="#fff"/>'
                       f'<path {STROKE} d="M8 7.6v4"/>'), TYPE_SIZES),
    "type-success": (disc("#2a7d3c", f'<path {STROKE} d="m4.6 8.3 2.4 2.5 4.4-5.2"/>'), TYPE_SIZES),
    "type-warning": ('<path fill="#b35c00" d="M8 .8 15.8 14.9H.2z" stroke="#b35c00" stroke-width=".6" '
                     'stroke-linejoin="round"/>' + f'<path {STROKE} d="M8 6v3.6"/>'
                     '<circle cx="8" cy="12.4" r="1.1" fill="#fff"/>', TYPE_SIZES),
    "type-error": ('<path fill="#c0282d" d="M5 .5h6L15.5 5v6L11 15.5H5L.5 11V5z"/>'
                   f'<path {STROKE} d="m5.4 5.4 5.2 5.2m0-5.2-5.2 5.2"/>', TYPE_SIZES),
}


def main():
    names = []
    for name, (shape, sizes) in PICTURES.items():
        svg = HERE / f"{name}.svg"
        svg.write_text('<!-- SPDX-License-Identifier: GPL-3.0-or-later -->\n'
                       f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" width="256" height="256">{shape}</svg>\n')
        for size in sizes:
            png = HERE / f"png/{name}-{size}.png"
            png.parent.mkdir(exist_ok=True)
            subprocess.run(["rsvg-convert", "-w", str(size), "-h", str(size), "-o", png, svg], check=True)
            names.append(f"png/{name}-{size}.png")
    files = "\n".join(f'        <file alias="{name.removeprefix("png/")}">{name}</file>' for name in names)
    (HERE / "belfry_icons.qrc").write_text('<!-- SPDX-License-Identifier: GPL-3.0-or-later -->\n'
                                          f'<RCC>\n    <qresource prefix="/icons">\n{files}\n    </qresource>\n</RCC>\n')


if __name__ == "__main__":
    main()
