"""What a person types into a search box, read into an expression that FTS5 understands.

Words are joined by AND; ``"a phrase"``, ``migra*``, ``OR``, ``NOT`` or ``-word``, parentheses and ``title:word`` are
understood. The text never reaches FTS5 as it was typed: words are folded as the index is, and only letters and digits
are handed on, in quotes, so that no query can be an SQL error. What cannot be read is a :class:`QueryError`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from scraper.archive import stems
from scraper.archive.folding import fold, tokens
from scraper.errors import QueryError

MAX_TERMS = 60  # more are a pasted paragraph; each becomes several index look-ups
MAX_DEPTH = 16  # FTS5's own parser gives up somewhere beyond 50
MATCHES_NOTHING = '""'  # FTS5: an empty phrase
MAX_VARIANTS = 24  # of one word or phrase, over all languages

_PUNCTUATION = str.maketrans(
    dict.fromkeys("“”„‟«»「」『』＂", '"') | {"（": "(", "）": ")", "＊": "*", "|": " | ", "\x00": " "}
)
_ARABIC_START = re.compile("[\u0621-\u06ff]")
_LEXEME = re.compile(
    r"(?P<minus>(?<![^\s(])-(?=[^\s)-]))"
    r'|(?P<title>\btitle:(?=["\w(]))'
    r'|"(?P<phrase>[^"]*)(?:"(?P<star>\*)?|\Z)'  # a quote that nobody closed ends with the query
    r"|(?P<open>\()|(?P<close>\))"
    r'|(?P<word>[^\s()"，、。；：？！،؛؟]+)|(?P<mark>[，、。；：？！،؛؟])'
)


@dataclass(frozen=True, slots=True)
class Variant:
    """One sequence of tokens under which a term may stand in the index."""

    tokens: tuple[str, ...]
    prefix: bool = False  # the last token may go on

    @property
    def expression(self) -> str:
        """The same for FTS5."""
        return f'"{" ".join(self.tokens)}"' + (" *" if self.prefix else "")


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase to find."""

    text: str
    prefix: bool = False
    title: bool = False  # in the title only

    def variants(self, languages: Collection[str]) -> tuple[Variant, ...]:
        """All token sequences that a statement in one of *languages* (primary subtags) may hold it as.

        The unstemmed form is always among them: names are often stemmed wrongly, and some texts have no known language.
        """
        found: dict[Variant, None] = {}
        for code in ("", *sorted(languages)):
            found.update(dict.fromkeys(self._in(code)))
        return tuple(found)[:MAX_VARIANTS]

    def _in(self, code: str) -> Iterator[Variant]:
        folded = list(tokens(self.text, code))
        if not folded:
            return
        sequence = [token.stem for token in folded]
        last = folded[-1]
        open_ended = self.prefix
        if last.tail:  # in the text, the run may go on
            if len(folded) > 1 and folded[-2].end == last.end:
                sequence.pop()
            else:
                open_ended = True
        if not self.prefix:
            yield Variant(tuple(sequence), open_ended)
        else:  # the index holds full forms beside the stems, but only the stems in their order
            yield Variant((*sequence[:-1], last.form), prefix=True)
            if len(sequence) > 1:
                yield Variant(tuple(sequence))
        if _ARABIC_START.match(folded[0].form):
            for first in stems.relatives(folded[0].form):
                yield Variant((first, *sequence[1:]), open_ended)


@dataclass(frozen=True, slots=True)
class AllOf:
    """Everything in *wanted*, nothing of *unwanted*."""

    wanted: tuple[Node, ...]
    unwanted: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of *wanted*."""

    wanted: tuple[Node, ...]


Node = Term | AllOf | AnyOf


@dataclass(frozen=True, slots=True)
class Query:
    """A query that was read."""

    root: Node

    def expression(self, languages: Collection[str]) -> str:
        """The FTS5 expression for an archive whose statements are in *languages* (BCP 47)."""
        return _expression(self.root, frozenset(map(stems.primary, languages)) - {""})

    def variants(self, languages: Collection[str]) -> tuple[tuple[Variant, ...], ...]:
        """For each term that is looked for, its variants: what passages are cut around."""
        codes = frozenset(map(stems.primary, languages)) - {""}
        return tuple(term.variants(codes) for term in _terms(self.root))


def parse(text: str) -> Query:
    """Read a query. Raises :class:`QueryError` with what is wrong and how to write it."""
    if not text.strip():
        raise QueryError('the search is empty: give a word, or a "phrase in quotes"')
    parser = _Parser(text)
    root = parser.any_of(depth=0, inside=False)
    if root is None:
        raise QueryError(f"{_shown(text)} has no letter or digit to search for")
    if next(_terms(root), None) is None:
        raise QueryError(f"{_shown(text)} only says what to leave out: give at least one word to find as well")
    return Query(root)


class _Parser:
    """Recursive descent over the lexemes; NOT binds closest, then AND, then OR."""

    def __init__(self, text: str) -> None:
        self._text = text
        lexemes = _LEXEME.finditer(text.replace("||", "|").translate(_PUNCTUATION))
        self._lexemes = [lexeme for lexeme in lexemes if not lexeme["mark"]]
        self._at = 0
        self._terms = 0

    def any_of(self, depth: int, *, inside: bool) -> Node | None:
        if depth > MAX_DEPTH:
            raise QueryError(f"{_shown(self._text)} has parentheses more than {MAX_DEPTH} deep")
        found: list[Node] = []
        while True:
            node = self._all_of(depth, inside=inside)
            if node is not None:
                found.append(node)
            if self._operator() != "OR":
                break
            self._at += 1
            if node is None or self._peek() is None:
                raise self._dangling("OR")
        if not found:
            return None
        return found[0] if len(found) == 1 else AnyOf(tuple(found))

    def _all_of(self, depth: int, *, inside: bool) -> Node | None:
        wanted: list[Node] = []
        unwanted: list[Node] = []
        negated = False
        pending = ""  # an operator that waits for its right side
        while (lexeme := self._peek()) is not None:
            operator = self._operator()
            if operator == "OR":
                break
            if lexeme["close"]:
                if inside:
                    break
                self._at += 1  # a parenthesis too many changes nothing
                continue
            self._at += 1
            if operator == "AND":
                if pending or not (wanted or unwanted):
                    raise self._dangling("AND")
                pending = "AND"
                continue
            if operator == "NOT" or lexeme["minus"]:
                negated = not negated
                pending = "NOT"
                continue
            node = self._operand(lexeme, depth)
            if node is not None:
                (unwanted if negated else wanted).append(node)
            negated, pending = False, ""
        if pending:
            raise self._dangling(pending)
        if not wanted and not unwanted:
            return None
        if not wanted:
            raise QueryError(
                f"{_shown(self._text)} only says what to leave out: give at least one word to find beside it"
            )
        if len(wanted) == 1 and not unwanted:
            return wanted[0]
        return AllOf(tuple(wanted), tuple(unwanted))

    def _operand(self, lexeme: re.Match[str], depth: int) -> Node | None:
        if lexeme["title"]:
            following = self._peek()
            self._at += 1
            node = self._operand(following, depth) if following else None
            return None if node is None else _in_title(node)
        if lexeme["open"]:
            node = self.any_of(depth + 1, inside=True)
            following = self._peek()
            if following is not None and following["close"]:
                self._at += 1
            return node
        phrase = lexeme["phrase"]
        text = lexeme["word"] if phrase is None else phrase
        prefix = bool(lexeme["star"]) or text.endswith("*")
        if not fold(text, None):
            return None
        self._terms += 1
        if self._terms > MAX_TERMS:
            raise QueryError(f"the search has more than {MAX_TERMS} words: put a sentence to find into quotes")
        return Term(text, prefix)

    def _peek(self) -> re.Match[str] | None:
        return self._lexemes[self._at] if self._at < len(self._lexemes) else None

    def _operator(self) -> str:
        lexeme = self._peek()
        word = lexeme["word"] if lexeme else None
        return {"|": "OR", "&": "AND", "&&": "AND"}.get(word or "") or (word if word in {"AND", "OR", "NOT"} else "")

    def _dangling(self, operator: str) -> QueryError:
        sides = "a word after it" if operator == "NOT" else "a word on both sides"
        return QueryError(
            f'{_shown(self._text)}: {operator} needs {sides}; to search for the word itself, write "{operator.lower()}"'
        )


def _expression(node: Node, codes: frozenset[str]) -> str:
    if isinstance(node, Term):
        variants = node.variants(codes)
        joined = " OR ".join(variant.expression for variant in variants) or MATCHES_NOTHING
        return f"{{title}} : ({joined})" if node.title else f"({joined})"
    operator = " AND " if isinstance(node, AllOf) else " OR "
    expression = "(" + operator.join(_expression(part, codes) for part in node.wanted) + ")"
    if isinstance(node, AllOf) and node.unwanted:
        unwanted = " OR ".join(_expression(part, codes) for part in node.unwanted)
        return f"({expression} NOT ({unwanted}))"
    return expression


def _terms(node: Node) -> Iterator[Term]:
    """The terms that are looked for, in order; those that are excluded are left out."""
    if isinstance(node, Term):
        yield node
    else:
        for part in node.wanted:
            yield from _terms(part)


def _in_title(node: Node) -> Node:
    if isinstance(node, Term):
        return Term(node.text, node.prefix, title=True)
    wanted = tuple(map(_in_title, node.wanted))
    return AnyOf(wanted) if isinstance(node, AnyOf) else AllOf(wanted, tuple(map(_in_title, node.unwanted)))


def _shown(text: str) -> str:
    """The query for an error message: on one line, not longer than a line."""
    line = " ".join(text.split())
    return repr(line if len(line) <= 60 else line[:59] + "…")
