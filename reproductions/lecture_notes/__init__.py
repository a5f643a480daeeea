"""What the five lecture notes claim, where they err, and what the records say of it."""
