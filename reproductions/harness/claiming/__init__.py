"""What a question file states before it is run: names of metrics, claims, tables of claims;
and how it is found."""
