"""Benchmarks: whole commands and warm calls, always beside a baseline that runs in the same minute."""
