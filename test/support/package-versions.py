"""Asks the distributions' own libraries which of two package versions is newer.

Argument: deb (apt_pkg of libapt) or rpm (rpm.labelCompare of librpm). Standard input: a JSON list of pairs of versions.
Standard output: a JSON list of -1, 0 or 1. Runs with Debian's /usr/bin/python3.
"""
import json
import sys


def compare_deb(a, b):
    return apt_pkg.version_compare(a, b)


def label(text):
    epoch, colon, rest = text.rpartition(":")
    version, dash, release = rest.rpartition("-")
    return (epoch if colon else "0", version if dash else rest, release if dash else None)


def compare_rpm(a, b):
    return rpm.labelCompare(label(a), label(b))


if sys.argv[1] == "deb":
    import apt_pkg
    apt_pkg.init_system()
    compare = compare_deb
else:
    import rpm
    compare = compare_rpm

json.dump([(order > 0) - (order < 0) for order in (compare(a, b) for a, b in json.load(sys.stdin))], sys.stdout)
