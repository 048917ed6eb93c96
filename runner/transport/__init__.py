"""The room that turns a ``Request`` into an ``Exchange``: the only one that knows requests and urllib3."""
