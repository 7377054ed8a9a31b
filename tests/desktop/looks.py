#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures of the history window: light, dark, twice as large, in Vietnamese. For people to look at; what is held here is
that each is drawn, in its colours and language. Runs inside tests/desktop/session --screen 1640x1400."""

import subprocess
import unittest

from desk import pictures, programs
from desk.bus import eventually
from desk.case import DesktopCase
from desk.programs import Script

ENGLISH = [
    ("ci", "Deployment done", "Version 4.2 is on all machines.", {"type": "success"}),
    ("reception", "Visitor for you", "Ms Nguyễn is waiting at the entrance.", {}),
    ("ops", "Fire drill at 10:00", "Leave by the stairs, meet at the car park.",
     {"type": "error", "priority": "critical", "require_ack": True}),
    ("ops", "Backup finished late", "The nightly run took 4 h 12 min instead of 50 min. The disk of db-3 is slow.",
     {"type": "warning", "category": "backup", "url": "https://wiki.example/backup"}),
]  # fmt: skip
VIETNAMESE = [
    ("ci", "Triển khai xong", "Phiên bản 4.2 đã có trên mọi máy.", {"type": "success"}),
    ("letan", "Có khách đến gặp bạn", "Chị Nguyễn đang chờ ở cổng.", {}),
    ("kythuat", "Sao lưu xong muộn", "Lần chạy đêm qua mất 4 giờ 12 phút thay vì 50 phút.",
     {"type": "warning", "category": "backup", "url": "https://wiki.example/sao-luu"}),
]  # fmt: skip

# A dark desktop, as the platform theme of KDE tells it.
DARK = """[Colors:Window]
BackgroundNormal=42,46,50
ForegroundNormal=252,252,252
ForegroundInactive=161,169,177
[Colors:View]
BackgroundNormal=27,30,32
BackgroundAlternate=35,38,41
ForegroundNormal=252,252,252
ForegroundInactive=161,169,177
ForegroundLink=29,153,243
[Colors:Button]
BackgroundNormal=49,54,59
ForegroundNormal=252,252,252
ForegroundInactive=161,169,177
[Colors:Selection]
BackgroundNormal=61,174,233
ForegroundNormal=252,252,252
ForegroundInactive=161,169,177
[Colors:Tooltip]
BackgroundNormal=49,54,59
ForegroundNormal=252,252,252
ForegroundInactive=161,169,177
"""


class Looks(DesktopCase):
    def draw(self, name, messages, **environment):
        desktop, _ = self.start_connected(**environment)
        owner = programs.owner(desktop)["id"]
        scripts = {}
        for sender, title, message, members in messages:
            if sender not in scripts:
                scripts[sender] = Script(desktop.address(), programs.add_person(desktop, sender))
            scripts[sender].trigger(owner, title, message, **members)
            self.popups.wait_for(title)
        self.popups.close_all()
        window = eventually("the window", lambda: pictures.window_of(desktop.pid, "^Belfry$"))
        subprocess.run(["xdotool", "windowmove", "--sync", window, "20", "40"], check=True, timeout=10)
        self.choose_first_row(desktop, window, messages[-1][2], int(environment.get("QT_SCALE_FACTOR", 1)))
        return pictures.save(name, window)

    def choose_first_row(self, desktop, window, text, scale):
        def is_in_detail():
            controls = [*desktop.reader.all("label"), *desktop.reader.all("text")]
            return any(text in desktop.reader.text_of(each) for each in controls)

        place = [str(250 * scale), str(95 * scale)]
        subprocess.run(
            ["xdotool", "windowactivate", "--sync", window, "mousemove", "--window", window, *place, "click", "1"],
            check=True,
            timeout=10,
        )
        eventually("the message in the detail", is_in_detail)
        subprocess.run(["xdotool", "mousemove", "5", "900"], check=True, timeout=10)

    def brightness(self, path):
        told = subprocess.run(["convert", path, "-colorspace", "Gray", "-format", "%[fx:mean]", "info:"], capture_output=True, text=True, check=True, timeout=20)  # fmt: skip
        return float(told.stdout)

    def test_light(self):
        self.assertGreater(self.brightness(self.draw("history-light", ENGLISH)), 0.8)

    def test_dark(self):
        config = self.own / "config"
        config.mkdir()
        (config / "kdeglobals").write_text(DARK)
        path = self.draw(
            *("history-dark", ENGLISH),
            **{"QT_QPA_PLATFORMTHEME": "kde", "KDE_SESSION_VERSION": "5", "XDG_CONFIG_HOME": str(config)},
        )
        self.assertLess(self.brightness(path), 0.3)

    def test_twice_as_large(self):
        self.draw("history-200-percent", ENGLISH, QT_SCALE_FACTOR="2")

    def test_vietnamese(self):
        self.draw("history-vietnamese", VIETNAMESE, LANG="vi_VN.UTF-8", LANGUAGE="vi")


if __name__ == "__main__":
    unittest.main(verbosity=2)
