"""YAML as people write it: one way to read it, in which every mistake is a `yaml.YAMLError` that knows its line."""

from typing import Any

import yaml

_SAFE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The same as `SafeLoader`, many times faster where PyYAML was built with it."""


class Loader(_SAFE):
    """Without it, a date that there is not (`2021-02-30`) is an error of Python's that knows neither file nor line."""


def _date(loader: Any, node: yaml.ScalarNode) -> Any:
    try:
        return loader.construct_yaml_timestamp(node)
    except ValueError as error:
        raise yaml.constructor.ConstructorError(None, None, f"{node.value} is no date: {error}", node.start_mark) from error


Loader.add_constructor("tag:yaml.org,2002:timestamp", _date)


def read_yaml(content: str | bytes) -> Any:
    """What a YAML text holds; in bytes it is UTF-8, with or without BOM."""
    return yaml.load(content, Loader)
