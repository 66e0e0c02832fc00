"""One adapter per platform: preserved text in, domain objects out; or a site profile in YAML in place of code.

May import: domain, parsel and the like. No adapter fetches.
"""
