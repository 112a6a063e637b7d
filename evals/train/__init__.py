"""Training of the reader's models from files on disk: `python -m evals.train DATA_FOLDER OUT_FOLDER`."""
