"""`python -m zoo.cli`: the `zoo` command, where its script is not on the path."""

from zoo.cli import main

if __name__ == "__main__":
    main()
