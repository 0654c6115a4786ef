"""Further answers of a list that is counted through: the same address with a larger number."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit


def parameters(url: str) -> dict[str, str]:
    """The query of *url*; of a name given twice the last value."""
    return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))


def next_page(url: str, name: str, step: int, first: int = 0) -> str | None:
    """*url* with *step* added to its parameter *name*, which is *first* if it is absent; None if it is no number.

    >>> next_page("https://a.example/list?count=2&start=4", "start", 2)
    'https://a.example/list?count=2&start=6'
    """
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    now = parameters(url).get(name, str(first))
    if not now.isdecimal() or step <= 0:
        return None
    rest = [(key, value) for key, value in query if key != name]
    place = next((index for index, (key, _) in enumerate(query) if key == name), len(rest))
    rest.insert(place, (name, str(int(now) + step)))
    return urlunsplit(parts._replace(query=urlencode(rest)))
