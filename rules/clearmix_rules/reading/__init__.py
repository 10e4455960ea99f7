"""From text to syntax tree: grammar, parser, and what mistakes are called."""
