"""Rules as data: the catalogue with the law, rule packs, categories, promotions, and the loader of them all.

May import: domain.
"""
