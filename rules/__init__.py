"""Rules as data: the catalogue with the law, the rule packs, categories, promotions, and the one loader that reads them.

May import: domain.
"""
