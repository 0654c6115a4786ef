"""Pages saved in folders, as tests make them."""

HTML = b"<!doctype html><html><body><p>Words.</p></body></html>"


def save(top, *names, body=HTML):
    for name in names:
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
