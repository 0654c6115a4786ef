"""The crawler's room: what to ask for next, whether we may, and asking. Deciding is pure; only `fetch` meets the network."""
