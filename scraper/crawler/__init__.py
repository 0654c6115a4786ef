"""The crawler's room: what to ask for next, whether we may, and asking. Only `fetch` meets the network."""
