"""Tell somebody and know whether it arrived: messages, the endpoints they go to, channels, receipts, retries.

Every word that leaves the house goes through here. In the exercise world every channel is the sandbox: nothing can
leave. Not here: who must be told and why (warning, response decide that).
"""
