"""`data/README.md` is written from the datasets and the codebook."""

from pathlib import Path

from sqa_lib.codebook import DIMENSIONS
from sqa_lib.cycle.areas import Area, read_areas
from sqa_lib.section.texts import UnitText
from sqa_lib.sources.datasets import DATASETS
from sqa_lib.sources.describe import describe

README = Path(__file__).parents[2] / "data" / "README.md"


def test_the_committed_file_is_up_to_date():
    assert README.read_text(encoding="utf-8") == describe()


def test_it_begins_with_what_the_demo_data_is():
    beginning = describe().partition("\n## ")[0]
    assert "synthetic" in beginning and "seed" in beginning and "sqa demo-data" in beginning


def example(kind: str, after: str) -> str:
    """The first block of this kind after a heading."""
    return describe().partition(after)[2].partition(f"```{kind}\n")[2].partition("```")[0]


def test_the_example_of_a_text_is_read_as_the_words_around_it_say():
    text = UnitText(example("markdown", "## Texts"))
    assert text.comment == "Vi har under året arbetat med skoldagens rytm. Frånvaron var {{ v('absence') }}."
    assert text.conclusions == ("Närvaroarbetet behöver börja i undervisningen och gälla alla elever.",)


def test_the_example_of_development_areas_is_accepted_and_every_key_is_described(tmp_path: Path):
    (tmp_path / "development_areas.yml").write_text(example("yaml", "## Development areas"), encoding="utf-8")
    (area,) = read_areas(tmp_path / "development_areas.yml", "lulea")
    assert area.model_fields_set == set(Area.model_fields), "the example shows every key"
    rows = [line for line in describe().partition("## Development areas")[2].splitlines() if line.startswith("| `")]
    assert ["name", "school_year", *(line.split("`")[1] for line in rows)] == list(Area.model_fields)


def test_every_column_and_every_allowed_word_is_there():
    text = describe()
    for dataset in DATASETS.values():
        section = text.partition(f": `{dataset.path}`")[2].partition("\n## ")[0].partition("\n### ")[0]
        for column in dataset.columns:
            row = next(line for line in section.splitlines() if line.startswith(f"| {column.header} | `{column.name}` |"))
            words = [code.source for code in DIMENSIONS[column.dimension].codes] if column.dimension else []
            assert all(f"`{word}`" in row for word in words)
