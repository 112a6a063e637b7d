"""The faces of the bot: command line, page, and what they share. Each only renders an `Answer`."""
