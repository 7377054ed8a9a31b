# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the desktop see and touch: the same that a person has, by the interfaces of a real session."""
