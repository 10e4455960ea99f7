"""An interpreter that asks a language model on any server that speaks OpenAI's protocol."""
