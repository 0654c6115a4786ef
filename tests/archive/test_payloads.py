"""The bytes of captures: once, small, and given back exactly or not at all."""

import gzip
import hashlib
import os
from datetime import UTC, datetime

import pytest
from archive_builder import NOW, add_capture, new_archive, page
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scraper.archive.facts import Facts
from scraper.archive.opening import transaction
from scraper.archive.payloads import Payloads
from scraper.errors import PayloadLost
from scraper.model import Capture


@pytest.fixture
def db(tmp_path):
    db = new_archive(tmp_path)
    yield db
    db.close()


@pytest.fixture
def payloads(db):
    return Payloads(db)


def stored(db, digest):
    """Codec, bytes taken, base and depth of a body."""
    return db.execute(
        "select codec, length(data), base_digest, depth from payloads where digest = ?", [digest]
    ).fetchone()


def keep(db, payloads, body, url, source="iom"):
    """A capture the way a run writes one: body, row, and a look at whether a dictionary would pay."""
    digest = payloads.put(body, source=source)
    add_capture(db, body, url, source=source)
    payloads.train(source, NOW)
    return digest


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(
    st.binary(max_size=500) | st.builds(lambda part, times: part * times, st.binary(max_size=20), st.integers(0, 500))
)
def test_any_bytes_come_back_exactly(payloads, body):
    digest = payloads.put(body, source="iom")
    assert digest == hashlib.sha256(body).hexdigest()
    assert payloads.get(digest) == body


def test_identical_bytes_are_kept_once(db, payloads):
    assert payloads.put(page(1), source="iom") == payloads.put(page(1), source="unhcr")
    assert db.execute("select count(*) from payloads").fetchone() == (1,)


def test_small_or_incompressible_body_is_kept_raw(db, payloads):
    for body in (b"", b"ok", os.urandom(5000)):
        assert stored(db, payloads.put(body, source="iom"))[:2] == ("raw", len(body))


def test_first_page_of_a_source_is_plain_zstd(db, payloads):
    assert stored(db, payloads.put(page(1), source="iom"))[0] == "zstd"


# --- differences ------------------------------------------------------------------------------------------------------


def test_recapture_where_only_noise_moved_costs_a_few_bytes(db, payloads):
    first = payloads.put(page(1, noise="a81f"), source="iom")
    second = payloads.put(page(1, noise="77c0"), source="iom", previous=first)
    assert stored(db, second)[0] == "zstd-patch"
    assert stored(db, second)[1] < 100
    assert payloads.get(second) == page(1, noise="77c0")


def test_difference_of_a_difference_is_taken_from_the_body_that_stands_alone(db, payloads):
    first = payloads.put(page(1), source="iom")
    digest = first
    for number in range(5):
        digest = payloads.put(page(1, noise=f"n{number}"), source="iom", previous=digest)
        assert stored(db, digest)[2:] == (first, 1)


def test_rewritten_page_stands_alone_and_is_the_base_of_what_follows(db, payloads):
    first = payloads.put(page(1), source="iom")
    rewritten = payloads.put(page(2), source="iom", previous=first)
    after = payloads.put(page(2, noise="x"), source="iom", previous=rewritten)
    assert stored(db, rewritten)[2:] == (None, 0)
    assert stored(db, after)[2] == rewritten


def test_losing_a_body_loses_only_its_own_differences(db, payloads):
    first = payloads.put(page(1), source="iom")
    digests = [payloads.put(page(1, noise=f"n{number}"), source="iom", previous=first) for number in range(3)]
    other = payloads.put(page(2), source="iom")
    db.execute("delete from payloads where digest = ?", [digests[1]])
    assert payloads.get(digests[0]) == page(1, noise="n0")
    assert payloads.get(digests[2]) == page(1, noise="n2")
    db.execute("delete from payloads where digest = ?", [first])
    with pytest.raises(PayloadLost, match=rf"its base {first[:16]}… is lost: it is missing"):
        payloads.get(digests[0])
    assert payloads.get(other) == page(2)


def test_previous_body_that_is_missing_or_damaged_never_stops_a_capture(db, payloads):
    first = payloads.put(page(1), source="iom")
    db.execute("update payloads set data = zeroblob(length(data))")
    for previous in (first, "0" * 64):
        noise = f"after {previous[:4]}"
        digest = payloads.put(page(1, noise=noise), source="iom", previous=previous)
        assert payloads.get(digest) == page(1, noise=noise)


def test_damaged_body_whose_bytes_come_again_is_mended_and_its_differences_with_it(db, payloads):
    first = payloads.put(page(1), source="iom")
    second = payloads.put(page(1, noise="x"), source="iom", previous=first)
    db.execute("update payloads set data = zeroblob(9) where digest = ?", [first])
    payloads.put(page(1), source="iom")
    assert payloads.get(first) == page(1)
    assert payloads.get(second) == page(1, noise="x")


def test_damaged_dictionary_never_stops_a_capture_and_is_followed_by_a_whole_one(db, payloads):
    for number in range(12):
        keep(db, payloads, page(number), f"https://iom.example/{number}")
    db.execute("update dictionaries set data = zeroblob(9)")
    again = Payloads(db)
    digests = [keep(db, again, page(n), f"https://iom.example/{n}") for n in range(12, 60)]
    assert [again.get(digest) for digest in digests] == [page(n) for n in range(12, 60)]
    assert stored(db, digests[0])[0] == "zstd"
    assert stored(db, digests[-1])[0] == "zstd-dict"


# --- what is lost is said ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["raw", "zstd", "zstd-dict", "zstd-patch"])
def test_a_flipped_byte_anywhere_is_found(db, payloads, kind):
    digest = {
        "raw": lambda: payloads.put(b"\xff\xd8" * 20, source="iom"),
        "zstd": lambda: payloads.put(page(1, words=40), source="iom"),
        "zstd-dict": lambda: [keep(db, payloads, page(n, words=40), f"https://iom.example/{n}") for n in range(20)][-1],
        "zstd-patch": lambda: payloads.put(
            page(1, noise="x"), source="iom", previous=payloads.put(page(1), source="iom")
        ),
    }[kind]()
    name, size, *_ = stored(db, digest)
    assert name == kind
    (data,) = db.execute("select data from payloads where digest = ?", [digest]).fetchone()
    for position in range(0, size, max(1, size // 60)):
        flipped = bytearray(data)
        flipped[position] ^= 0x10
        db.execute("update payloads set data = ? where digest = ?", [bytes(flipped), digest])
        try:
            body = payloads.get(digest)
        except PayloadLost:
            continue
        # A bit that a decoder may ignore (zstd's frame header has some) changes nothing that was archived.
        assert hashlib.sha256(body).hexdigest() == digest


def test_loss_names_the_captures_that_needed_the_body(db, payloads):
    capture_id = add_capture(db, page(1), "https://iom.example/lost", at=NOW)
    digest = payloads.put(page(1), source="iom")
    db.execute("update payloads set data = zeroblob(20)")
    with pytest.raises(PayloadLost) as caught:
        payloads.get(digest)
    assert caught.value.needed_by == f"capture {capture_id} (https://iom.example/lost, {NOW})"
    assert digest[:16] in str(caught.value)


def test_missing_or_damaged_dictionary_is_named(tmp_path):
    db = new_archive(tmp_path, "dictionary.db")
    payloads = Payloads(db)
    digest = [keep(db, payloads, page(n), f"https://iom.example/{n}") for n in range(20)][-1]
    (dictionary_id,) = db.execute("select dictionary_id from payloads where digest = ?", [digest]).fetchone()
    db.execute("update dictionaries set data = zeroblob(30)")
    with pytest.raises(PayloadLost, match=f"dictionary {dictionary_id} is damaged"):
        Payloads(db).get(digest)
    db.execute("pragma foreign_keys = off")
    db.execute("delete from dictionaries")
    with pytest.raises(PayloadLost, match=f"dictionary {dictionary_id} is missing"):
        Payloads(db).get(digest)
    db.close()


def test_bases_that_point_at_each_other_are_an_error_not_an_endless_loop(db, payloads):
    first = payloads.put(page(1), source="iom")
    second = payloads.put(page(1, noise="x"), source="iom", previous=first)
    db.execute("update payloads set codec = 'zstd-patch', base_digest = ? where digest = ?", [second, first])
    with pytest.raises(PayloadLost, match="itself a difference"):
        payloads.get(second)


# --- dictionaries -----------------------------------------------------------------------------------------------------


def test_pages_of_one_template_soon_take_a_fraction_of_gzip(db, payloads):
    digests = [keep(db, payloads, page(n, words=60), f"https://iom.example/{n}") for n in range(40)]
    name, size, *_ = stored(db, digests[-1])
    assert name == "zstd-dict"
    assert size < 0.7 * len(gzip.compress(page(39, words=60), 6))
    assert [payloads.get(digest) for digest in digests] == [page(n, words=60) for n in range(40)]


def test_keeping_captures_is_enough_to_get_a_dictionary(db, payloads):
    facts = Facts(db, payloads)
    for number in range(12):
        capture = Capture(f"https://iom.example/{number}", datetime(2026, 11, 23, tzinfo=UTC), 200, (), page(number))
        facts.add_capture(capture, source="iom", via="feed", url_id=None, run_id=None, previous=None)
    assert db.execute("select count(*) from dictionaries").fetchone()[0] >= 1


def test_pages_that_a_dictionary_is_made_of_do_not_take_room_twice(db, payloads):
    digests = [keep(db, payloads, page(n), f"https://iom.example/{n}") for n in range(8)]
    assert db.execute("select generation, pages from dictionaries").fetchall() == [(1, 6)]
    assert sorted(stored(db, digest)[1] for digest in digests)[5] < 100


def test_each_source_has_its_own_dictionary_and_each_body_names_the_one_it_needs(db, payloads):
    for source in ("iom", "unhcr"):
        for number in range(12):
            keep(db, payloads, page(number, noise=source), f"https://{source}.example/{number}", source)
    rows = db.execute(
        "select distinct c.source, d.source from payloads p join captures c on c.digest = p.digest "
        "join dictionaries d on d.id = p.dictionary_id order by 1"
    ).fetchall()
    assert rows == [("iom", "iom"), ("unhcr", "unhcr")]


def test_new_template_gets_a_new_generation_and_old_bodies_stay_readable(db, payloads):
    old = [keep(db, payloads, page(n), f"https://iom.example/{n}") for n in range(10)]
    for n in range(30):
        body = page(n, words=60).replace(b"menu-item", b"c-nav__entry").replace(b"Section", f"Rubrique {n}".encode())
        keep(db, payloads, body, f"https://iom.example/new/{n}")
    assert db.execute("select max(generation) from dictionaries").fetchone()[0] > 1
    assert [payloads.get(digest) for digest in old] == [page(n) for n in range(10)]


def test_dictionary_that_would_not_pay_is_not_made(db, payloads):
    for number in range(20):  # pages that have nothing in common
        keep(db, payloads, os.urandom(3000).hex().encode(), f"https://iom.example/{number}")
    assert db.execute("select count(*) from dictionaries").fetchone() == (0,)


def test_dictionary_of_a_rolled_back_transaction_is_forgotten(db, payloads):
    def train_and_fail():
        with transaction(db):
            for number in range(20):
                keep(db, payloads, page(number), f"https://iom.example/{number}")
            payloads.get(payloads.put(page(21), source="iom"))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_and_fail()
    digests = [keep(db, payloads, page(n, noise="again"), f"https://iom.example/{n}") for n in range(20)]
    assert [Payloads(db).get(digest) for digest in digests] == [page(n, noise="again") for n in range(20)]


# --- compacting -------------------------------------------------------------------------------------------------------


def test_compacting_saves_bytes_and_changes_nothing(db, payloads):
    bodies = {keep(db, payloads, page(n, words=60), f"https://iom.example/{n}"): page(n, words=60) for n in range(30)}
    bodies |= {
        payloads.put(page(5, noise="x", words=60), source="iom", previous=next(iter(bodies))): page(
            5, noise="x", words=60
        )
    }
    report = payloads.compact("iom")
    assert 0 < report.rewritten <= report.payloads
    assert report.bytes_after < report.bytes_before
    assert report.lost == ()
    assert {digest: payloads.get(digest) for digest in bodies} == bodies
    assert payloads.compact().rewritten == 0


def test_compacting_leaves_a_damaged_body_as_it_is_and_names_it(db, payloads):
    digests = [keep(db, payloads, page(n), f"https://iom.example/{n}") for n in range(3)]
    db.execute("update payloads set data = zeroblob(40) where digest = ?", [digests[1]])
    assert payloads.compact().lost == (digests[1],)
    assert stored(db, digests[1])[1] == 40
