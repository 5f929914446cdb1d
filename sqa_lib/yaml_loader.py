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
    """What a YAML text holds; in bytes it is UTF-8, with or without BOM. A key that stands twice in one place is an error."""
    loader = Loader(content)
    try:
        node = loader.get_single_node()
        _refuse_twice(node, set())
        return None if node is None else loader.construct_document(node)
    finally:
        loader.dispose()


def _refuse_twice(node: yaml.Node | None, seen: set[int]) -> None:
    """YAML itself would take the last of two values of a key, and tell nobody. seen: the nodes that were looked through, since
    one may stand in several places."""
    if node is None or id(node) in seen or isinstance(node, yaml.ScalarNode):
        return
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            _refuse_twice(item, seen)
        return
    first: dict[tuple[str, Any], int] = {}
    for key, value in node.value:
        name = (key.tag, key.value) if isinstance(key, yaml.ScalarNode) else None
        if name in first:
            told = f"the key `{key.value}` stands in line {first[name]} already; keep the one that is right"
            raise yaml.constructor.ConstructorError(None, None, told, key.start_mark)
        if name:
            first[name] = key.start_mark.line + 1
        _refuse_twice(value, seen)
