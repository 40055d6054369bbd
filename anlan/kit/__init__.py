"""What every record, page, action and job of Anlan shares: scope, action, journal, outbox, clock and world, desk.

The kit knows no duty of the bureau. Apps declare; the kit supplies jurisdiction, the one write path, proof and delivery.
"""
