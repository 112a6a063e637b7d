"""What people read of a run: a terminal table, one HTML file, a Markdown summary. All made from the run's files."""
