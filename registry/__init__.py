"""Operator and permit registers 经济户口: import, look-up, comparison. Empty until the licence checks need it.

May import: domain.
"""
