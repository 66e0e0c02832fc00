"""One adapter per platform: preserved text in, domain objects out. Pure; a site profile in YAML stands in for code.

May import: domain, parsel and the like. No adapter fetches.
"""
