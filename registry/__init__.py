"""Operator and permit registers 经济户口: import, look-up, comparison.

Reading is a stream of rows and rejects, so that millions of rows need little memory; look-up is behind
the ``Register`` protocol of ``domain.register``, of which ``registry.index`` has a compact
implementation that needs no server. May import: domain.
"""
