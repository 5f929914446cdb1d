"""What `sqa statistics` prints: a report's statistics, by the names that notebooks call them."""

from rich.table import Table

from sqa_lib.published import Published


def statistics_table(published: Published) -> Table:
    """One line for each statistic that the report has figures of, in alphabetical order."""
    table = Table("name", "given by", "in the books")
    for name in sorted(filter(published.has, published.definitions)):
        table.add_row(name, ", ".join(published.given_by(name)), published.definitions[name].label)
    return table
