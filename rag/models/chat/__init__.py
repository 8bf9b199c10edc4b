"""The chat model behind an OpenAI-compatible endpoint: requests, replies, tokens, and what is known of it."""
