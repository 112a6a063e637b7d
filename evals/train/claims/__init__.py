"""Training the network that tells whether a claim follows from the sentences that it cites."""
