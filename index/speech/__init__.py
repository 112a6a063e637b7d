"""The rules behind `index.speakers`: quotations, names, verbs of saying, pronouns. They know texts and no files."""
