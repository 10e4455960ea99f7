"""Whether a policy means something: names, types, guards, duties, definitions."""
