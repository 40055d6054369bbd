"""Calls over a SIP trunk: a text is spoken to many at once, and a key that is pressed says that it was understood."""
