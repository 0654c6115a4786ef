"""Which extractor read a text. A revision is a change of text under the same version, so it moves with every change
of what the extractor gives for any page: body, fields, model weights.
"""

EXTRACTOR_VERSION = "2"
