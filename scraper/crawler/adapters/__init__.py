"""Publishers whose statements are better had from a JSON interface than from pages, behind one small interface.

An adapter (:class:`scraper.crawler.adapters.base.Adapter`) knows four things of one interface: where lists begin, how to
read a list, under which address the interface gives the document that the public knows at another (and the way back),
and how to turn its answer into a small, honest page for the extractor. Everything else is as with pages: what is
captured are the interface's own bytes, a statement's URL stays the public one, robots.txt, delays and scope hold.

The way back from the interface's address to the public one needs the address alone, never the answer. So a capture
that was kept, exported and imported again finds its statement, and a failed request knows what it was for.
"""
