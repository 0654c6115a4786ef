"""Training of the body model: annotated pages in, weights of `scraper.extractor.model` out. Never needed to run."""
