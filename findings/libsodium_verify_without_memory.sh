#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# libsodium 1.0.18 (Debian 12: 1.0.18-1+deb12u1): crypto_pwhash_str_verify() has one answer for "another password" and
# for "no memory to look", and errno does not tell them apart either: the right password, where Argon2id's 64 MiB cannot
# be had, is -1 with EINVAL, exactly as a wrong one. One would guess ENOMEM, as crypto_pwhash() leaves it.
# So whoever counts and throttles wrong passwords by it locks people out on a machine that is short of memory.
#
# Seen:
#   verify, right password: 0
#   verify, another password: -1 EINVAL
#   verify, right password, no memory: -1 EINVAL
#   crypto_pwhash, no memory: -1 ENOMEM
# What Belfry does: it derives with crypto_pwhash() and compares by itself (server/auth/password.cpp).
#
# Runs without Belfry; needs apt-get, dpkg and python3. Fails where any of it has changed.
set -euo pipefail
version=1.0.18-1+deb12u1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -q "libsodium23=$version" >/dev/null 2>&1 ||
    { echo "libsodium23 $version is not to be had here" >&2; exit 1; }
dpkg -x libsodium23_*.deb unpacked
cat >verify.py <<'PYTHON'
import ctypes, errno, resource, sys

sodium = ctypes.CDLL(sys.argv[1], use_errno=True)
assert sodium.sodium_init() >= 0
mebibyte = 1 << 20
memory, passes, argon2id = ctypes.c_size_t(64 * mebibyte), ctypes.c_ulonglong(2), 2
right, another = b"right password", b"another password"
kept = ctypes.create_string_buffer(128)
assert sodium.crypto_pwhash_str_alg(kept, right, ctypes.c_ulonglong(len(right)), passes, memory, argon2id) == 0


def said(code):
    return str(code) + (" " + errno.errorcode.get(ctypes.get_errno(), "no errno") if code else "")


def verify(password):
    ctypes.set_errno(0)
    return said(sodium.crypto_pwhash_str_verify(kept, password, ctypes.c_ulonglong(len(password))))


print("verify, right password:", verify(right))
print("verify, another password:", verify(another))
in_use = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (in_use + 16 * mebibyte,) * 2)
print("verify, right password, no memory:", verify(right))
key, salt = ctypes.create_string_buffer(32), b"0123456789abcdef"
ctypes.set_errno(0)
print("crypto_pwhash, no memory:", said(sodium.crypto_pwhash(
    key, ctypes.c_ulonglong(32), right, ctypes.c_ulonglong(len(right)), salt, passes, memory, argon2id)))
PYTHON
python3 verify.py "$(find unpacked -name 'libsodium.so.23.*' -type f)" | tee seen
diff - seen <<'EXPECTED'
verify, right password: 0
verify, another password: -1 EINVAL
verify, right password, no memory: -1 EINVAL
crypto_pwhash, no memory: -1 ENOMEM
EXPECTED
echo "As it was: libsodium $version"
