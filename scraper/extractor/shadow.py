"""Declarative shadow trees: markup that a browser shows in the place of an element, written as a template inside it.

The parser puts what is in a `<template>` aside, as the standard says of other templates. Servers that draw web components
send their text in nothing else.
"""

from __future__ import annotations

import re
from typing import Final

_MARK: Final = "shadowroot"  # the name in the standard, and the one before it
_TEMPLATE: Final = re.compile(r"<(/?)template\b([^>]*)>", re.IGNORECASE)
_IS_SHADOW: Final = re.compile(r"(?:^|\s)shadowroot(?:mode)?\s*=", re.IGNORECASE)


def open_shadows(html: str) -> str:
    """*html* with the templates that are shadow trees as plain elements; what fills their slots stands after them.

    >>> open_shadows('<x-text><template shadowrootmode="open"><p>Now</p></template></x-text>')
    '<x-text><div><p>Now</p></div></x-text>'
    """
    if _MARK not in html:
        return html
    open_templates: list[bool] = []  # whether each is a shadow tree

    def opened(tag: re.Match[str]) -> str:
        if not tag[1]:
            open_templates.append(_IS_SHADOW.search(tag[2]) is not None)
            return "<div>" if open_templates[-1] else tag[0]
        return "</div>" if open_templates and open_templates.pop() else tag[0]

    return _TEMPLATE.sub(opened, html)
