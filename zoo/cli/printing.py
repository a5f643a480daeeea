"""Tables on the terminal, and as plain text where the output is a file or a pipe."""

PIPED_WIDTH = 160


def show(shown) -> None:
    """Prints what rich can draw."""
    console().print(shown)


def show_table(headings, rows) -> None:
    """Prints a table of plain texts; long ones are folded, not cut."""
    from rich.table import Table
    from rich.text import Text

    table = Table()
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    show(table)


def console():
    """A console as wide as the terminal; wide enough for every table where the output is a
    file or a pipe."""
    from rich.console import Console

    found = Console()
    return found if found.is_terminal else Console(width=PIPED_WIDTH)
