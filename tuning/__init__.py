"""One search job per file: which hyperparameters of a network and its training are tried, on which data."""
