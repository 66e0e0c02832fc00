"""Prices and promotions over time 价格与促销: what was asked, and what the page said about it."""
