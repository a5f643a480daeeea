"""What a person reads about a study: progress on the terminal, and the report with its figures."""
