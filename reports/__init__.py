"""Figures from the store: coverage, findings per rule with denominators and intervals.

May import: every room below; nothing above.
"""
