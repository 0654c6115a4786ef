"""One capture to one statement: body text, fields, confidence. Pure: bytes in, values out."""
