"""What a run measured and chose, and the records that keep it."""
