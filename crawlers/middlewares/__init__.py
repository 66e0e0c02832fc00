"""Downloader middlewares: what may be fetched at all, and the preservation of everything that comes back."""
