"""Tables, sessions, migrations and the audio store: the only place that knows SQL tables."""
