"""Collections out of ``.http`` and ``.rest`` files, as editors send them."""
