"""Measuring the bot: question files, fitting, benchmarks."""
