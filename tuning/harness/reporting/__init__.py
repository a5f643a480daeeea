"""What a person reads about a study: progress, and the report with its figures."""
