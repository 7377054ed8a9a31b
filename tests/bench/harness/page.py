# SPDX-License-Identifier: GPL-3.0-or-later
"""A page of docs/performance: a person's prose around what a script measured, between marks that name the script."""
import time

from machine import PROJECT, describe, say

PAGES = PROJECT / "docs" / "performance"
END = "<!-- end of figures -->"


def surroundings(names=("machine", "system", "disk", "commit", "load before")):
    """When and on what: lines of a list."""
    known = describe()
    lines = [f"Measured {time.strftime('%Y-%m-%d %H:%M UTC', time.gmtime())} on:", ""]
    return "\n".join(lines + [f"- {name}: {known[name]}" for name in names])


def table(head, rows):
    """Markdown; the first column is what, the others are figures."""
    lines = ["| " + " | ".join(head) + " |", "|---" + "|--:" * (len(head) - 1) + "|"]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def put(page, script, text):
    """Between the script's marks; the page is there, with its prose."""
    path = PAGES / page
    begin = f"<!-- figures: written by {script} -->"
    head, rest = path.read_text().split(begin, 1)
    path.write_text(f"{head}{begin}\n\n{text}\n\n{END}{rest.split(END, 1)[1]}")
    say(f"Written: {path.relative_to(PROJECT)}")
