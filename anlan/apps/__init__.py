"""The domain: one app per duty, in the order that docs/adr/0001 draws; neighbours use api, events and kinds only."""
