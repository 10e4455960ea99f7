"""Whether a spec may be made, and why."""
