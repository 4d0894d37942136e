"""Reads feeds as aggregators do and says what was understood, as JSON."""

import json
import sys

import feedparser

out = {}
for name in sys.argv[1:]:
    with open(name, "rb") as file:
        feed = feedparser.parse(file.read(), response_headers={"content-type": "application/xml; charset=utf-8"})
    out[name] = {
        "version": feed.version,
        "fault": str(feed.bozo_exception) if feed.bozo else "",
        "title": feed.feed.get("title", ""),
        "link": feed.feed.get("link", ""),
        "entries": [
            {
                "id": e.get("id", ""),
                "link": e.get("link", ""),
                "title": e.get("title", ""),
                "dated": e.get("published_parsed") is not None or e.get("updated_parsed") is not None,
            }
            for e in feed.entries
        ],
    }
json.dump(out, sys.stdout)
