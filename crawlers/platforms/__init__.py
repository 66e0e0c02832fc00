"""One adapter per platform: preserved text in, domain objects out; or a site profile in YAML instead.

May import: domain, parsel and the like. No adapter fetches.
"""
