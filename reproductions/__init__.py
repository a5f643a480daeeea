"""One file per question: each trains, measures and is judged against what the
source published."""
