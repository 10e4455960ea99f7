"""The royalties room."""
