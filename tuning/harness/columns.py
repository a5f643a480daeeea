"""The columns of results.csv beside the hyperparameters, which must have other names."""

COLUMNS = ("trial", "status", "score", "low", "high", "executions", "seconds", "rounds", "pruned")
