"""Pages from before there were publishing systems: typed on a wire, saved by a word processor, laid out with fonts."""

from __future__ import annotations

from datetime import date

from scraper import extract

FIRST = (
    "The Office welcomes the agreement that the two governments reached yesterday on the return of displaced families, and"
    " stands ready to support them."
)
SECOND = (
    "It calls on all parties to guarantee the safety of those who return, and on donors to fund the appeal in full."
)


def test_a_page_in_one_pre_is_read_as_it_was_typed():
    found = extract(
        """<html><head><title>PRESS RELEASE</title></head><body><pre>
PRESS RELEASE                                        NO. 14/96

            STATEMENT BY THE CHAIRMAN ON THE ELECTIONS

Vienna, 16 September 1996

The Chairman-in-Office congratulates the people of the country on
the elections that were held on 14 September in a calm atmosphere,
and thanks the observers who came from thirty-one states.

He calls on all parties to accept the results and to form the new
institutions without delay.

For further information please call the press office,
tel. +43 1 512 21 90.
</pre></body></html>""",
        "https://www.osce.example/press_rel/1996/14.htm",
    )
    assert found.title == "STATEMENT BY THE CHAIRMAN ON THE ELECTIONS"
    assert (found.kind, found.place) == ("press release", "Vienna")
    assert found.published is not None
    assert found.published.on == date(1996, 9, 16)
    assert found.text.split("\n\n")[-2:] == [
        "The Chairman-in-Office congratulates the people of the country on the elections that were held on 14 September in a calm"
        " atmosphere, and thanks the observers who came from thirty-one states.",
        "He calls on all parties to accept the results and to form the new institutions without delay.",
    ]
    assert found.contact is not None


def test_the_title_of_a_word_processor_s_file_gives_way_to_the_one_that_the_page_prints():
    page = """<html><head><meta name=Generator content="Microsoft Word 15"><title>Press statement final v3 clean</title></head>
        <body lang=EN-GB><div class=WordSection1><p class=MsoNormal align=center><b><span style='font-size:14.0pt'>{}<o:p></o:p></span></b></p>
        <p class=MsoNormal>Lusaka, 3 March 2021<o:p></o:p></p><p class=MsoNormal>{}</p><p class=MsoNormal>{}</p></div></body></html>"""
    title = "Statement by the Minister of Health on the outbreak in the Northern Province"
    found = extract(page.format(title, FIRST, SECOND), "https://www.health.example/statement.htm")
    assert found.title == title
    assert found.text == f"Lusaka, 3 March 2021\n\n{FIRST}\n\n{SECOND}"


def test_a_title_in_large_letters_is_not_said_again_in_the_text():
    page = """<html><head><meta name="GENERATOR" content="Microsoft FrontPage 3.0"><title>SG/SM/6612</title></head><body>
        <p><font face="Times New Roman" size="2">Press Release<br>SG/SM/6612<br>24 June 1998</font></p>
        <p align=center><b><font size="4">SECRETARY-GENERAL CALLS FOR RENEWED EFFORT TO PROTECT CHILDREN</font></b></p>
        <font size=3>Following is the text of a statement by the Secretary-General, made in New York on 24 June:<br><br>{}<br><br>{}</font>
        </body></html>"""
    found = extract(page.format(FIRST, SECOND), "https://www.un.example/News/Press/docs/1998/19980624.sgsm6612.html")
    assert found.title == "SECRETARY-GENERAL CALLS FOR RENEWED EFFORT TO PROTECT CHILDREN"
    assert found.text.startswith("Following is the text of a statement")
    assert found.text.endswith(SECOND)


def test_verses_keep_their_lines_and_wrapped_lines_are_joined():
    verse = "The sea came up to the door of the old house on the shore<br>and asked for the name.<br>we gave it the salt,<br>we gave it the lamp."
    wrapped = "The Office welcomes the agreement that was reached yesterday between<br>the two governments on the return of displaced families, and stands<br>ready to support them."
    found = extract(
        f"<title>Day of the Sea</title><h1>Day of the Sea</h1><p>{verse}</p><p>{wrapped}</p><p>{SECOND}</p>",
        "https://a.example/sea",
    )
    assert found.text.split("\n\n")[:2] == [verse.replace("<br>", "\n"), wrapped.replace("<br>", " ")]
