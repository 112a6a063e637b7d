"""The chat page: the conversation at the left, the article with the cited passages at the right."""
