"""Reads feeds as createrepo_c, which dnf's metadata is written with, and feedparser do. JSON in, JSON out."""
import json
import os
import sys
import tempfile
import xml.etree.ElementTree

import createrepo_c
import feedparser


def read_updateinfo(text):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "updateinfo.xml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        updates = createrepo_c.UpdateInfo(path).updates
    return [
        {
            "id": update.id,
            "type": update.type,
            "packages": [
                f"{one.name}-{one.version}-{one.release}.{one.arch} {one.filename} {one.sum}"
                for collection in update.collections
                for one in collection.packages
            ],
        }
        for update in updates
    ]


def read_atom(text):
    xml.etree.ElementTree.fromstring(text)
    feed = feedparser.parse(text.encode("utf-8"))
    return {
        "malformed": bool(feed.bozo),
        "version": feed.version,
        "entries": [
            {
                "title": one.title,
                "type": one.title_detail.type,
                "contentType": one.content[0].type,
            }
            for one in feed.entries
        ],
    }


json.dump(
    [{"updateinfo": read_updateinfo(one["updateinfo"]), "atom": read_atom(one["atom"])} for one in json.load(sys.stdin)],
    sys.stdout,
)
