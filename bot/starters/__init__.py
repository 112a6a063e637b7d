"""Questions that an article answers, made of its own words without a language model and checked by the bot itself."""
