"""The summary's key figures, as a report's parameters name them: whether there are such figures."""

from sqa_lib.published import Published, UnknownStatistic
from sqa_lib.report import Report


def wrong_key_figures(report: Report, published: Published) -> list[str]:
    """A line for each key figure that no data could give, with the names that are right."""
    authority, found = published.tree.authority.code, []
    for place, figure in enumerate(report.key_figures):
        try:
            published.check(figure.statistic, authority, figure.codes)
        except UnknownStatistic as error:
            found.append(f"{report.name}.yml: key `key_figures.{place}`: {error}")
    return found
