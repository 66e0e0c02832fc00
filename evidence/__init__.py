"""Preservation 固证: WARC files, digests, and their verification.

May import: domain. Nothing here knows the store or a spider.
"""
