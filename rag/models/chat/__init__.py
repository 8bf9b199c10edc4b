"""The chat model behind an OpenAI-compatible endpoint: requests, replies, failures, and what is known of it."""
