"""What the five lecture notes claim, where they err, and what the records say about it.

`errata.toml` and `catalogue.toml` hold the texts, `errata` and `catalogue` read them,
`evidence` finds the numbers and verdicts in the records, and `pages` prepares docs/errata.md
and docs/cited.md.
"""
