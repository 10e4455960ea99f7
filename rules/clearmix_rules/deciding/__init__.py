"""From a request and policies to a decision with reasons, duties and a record."""
