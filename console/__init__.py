"""The web console for officers and analysts. Empty until its first cut.

May import: every room but netsword and scheduler.
"""
