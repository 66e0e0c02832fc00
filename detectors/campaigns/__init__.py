"""Fake-review campaigns 刷单炒信: what columns of reviews show together and no single page does.

Columns in (Polars), scores per review, user, listing, shop and group out, each with the signals that carry
it.
"""
