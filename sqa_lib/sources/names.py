"""Names that a register writes in capitals, as Swedish writes them: `LJUNGBY KOMMUN` is Ljungby kommun."""

import re

_COMMON = frozenset(
    """
    aktiebolag aktiebolaget anpassad anpassade av barnskola behandlingshem byskola centralskola centralskolan de ek
    ekonomisk ekonomiska engelska enhet enheten enskilda folkhögskola folkskola fria friskola friskolan
    friskoleförening fristående fritidshem fsk för fören förening föreningen församling förskola förskoleklass
    förskolor föräldrakooperativ gemensamma grund grundsk grundskola grundskolan grundskoleenhet grundskolor
    grundsärskola gymnasieförbund gymnasieskola gymnasieskolan gymnasiesärskola gymnasiet gymnasium gårdsskola
    handelsbolag hem högre högstadium i ideell ideella idrottsgrundskola internationella katolska klass kommun
    kommunal kommunala kommunalförbund kommuns kristen kristna kulturskola kyrkskola landsbygdsskola läroverk
    läroverket lågstadium med mellan mellanstadium montessori montessorifriskola montessoriförening montessoriskola
    musikklasser musikskola o och of pastorat privatskola privatskolor på realskola region resurscentrum resursskola
    resursskolan sameskola sameskolan samskola samt sjukhusskola skola skolan skolas skolenhet skolförening
    skolföreningen skolkooperativ skolor skolstiftelse skur som specialskola specialskolan stad stadiet stift
    stiftelse särskola särskolan till under ungdomshem ur vid waldorfförening waldorfskola waldorfskoleförening ämnen
    ämnesområden åk år
    """.split()  # noqa: SIM905 (a list of words is read easier without quotes)
)
_CAPITALS = frozenset("AB AG AGR BMSL ESF GY HB IB IES II III ISGR ISLK IV KB MYP PYP SO SYV UIS VI XII XIV".split())  # noqa: SIM905
_WORD = re.compile(r"[^\W\d_]+(?::[^\W\d_]+)?")


def readable(name: str) -> str:
    """A unit's or authority's name with Swedish capitals.

    The first word and proper names begin with a capital; common nouns and little words do not; abbreviations (AB),
    single letters and stages (F-6, 7-9, 1B) stay as they are. A name that is not all capitals is left alone.
    """
    if name != name.upper():
        return name
    written = _WORD.sub(lambda match: _written(match, name), name)
    return written[:1].upper() + written[1:]


def _written(match: re.Match, name: str) -> str:
    word, before = match[0], name[max(match.start() - 1, 0) : match.start()]
    beside = before + name[match.end() : match.end() + 1]
    if before == ":" or (word.casefold() in _COMMON and not _is_initial(word, beside)):
        return word.lower()
    if len(word) == 1 or word in _CAPITALS or any(c.isdigit() for c in beside) or _is_abbreviation(word):
        return word
    return word[0] + word[1:].lower()


def _is_initial(word: str, beside: str) -> bool:
    """A single letter that belongs to what it stands beside: the I of I-K, the O of 2O."""
    return len(word) == 1 and bool(beside.strip())


def _is_abbreviation(word: str) -> bool:
    """Letters that can't be spoken as a word: LMH, SVB; not S:t."""
    return len(word) <= 4 and ":" not in word and not re.search("[AEIOUYÅÄÖÉ]", word)
