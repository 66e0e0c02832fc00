"""The command line and nothing else: starts things, prints, chooses the exit code.

May import: every room but demo, bench and tests.
"""
