"""A search: its hyperparameters, tuners that propose values, scores, and the study itself."""
