"""A page as a browser's parser sees it, as far as tests ask: elements with attributes, and the words between."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "link", "img", "input", "br", "hr", "base", "wbr", "col", "source", "embed"}


@dataclass
class Element:
    name: str
    attributes: dict[str, str]
    texts: list[str] = field(default_factory=list)

    def __getitem__(self, name: str) -> str:
        return self.attributes[name]

    @property
    def text(self) -> str:
        return " ".join("".join(self.texts).split())


class Page(HTMLParser):
    """All elements of an HTML text in document order; an element's text includes that of its children."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        for number in range(len(self._open) - 1, -1, -1):
            if self._open[number].name == tag:
                del self._open[number:]
                return

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.texts.append(data)

    def all(self, name: str, /, **attributes: str) -> list[Element]:
        """Elements of that name with these attributes ("class_" for class)."""
        wanted = {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items()}
        return [
            element
            for element in self.elements
            if element.name == name and all(element.attributes.get(key) == value for key, value in wanted.items())
        ]

    def one(self, name: str, /, **attributes: str) -> Element:
        """The first such element."""
        return self.all(name, **attributes)[0]

    def meta(self, name: str) -> list[str]:
        """Contents of the ``<meta>`` elements of that name."""
        return [element["content"] for element in self.all("meta", name=name)]

    def links(self) -> dict[str, str]:
        """Words of each link -> its address."""
        return {element.text: element["href"] for element in self.all("a") if "href" in element.attributes}
