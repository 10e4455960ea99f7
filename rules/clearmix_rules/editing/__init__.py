"""Help while a policy is written, for any editor that speaks the Language Server Protocol."""
