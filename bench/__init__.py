"""Benchmarks: each one command, each printing ratios against a baseline in the same run."""
