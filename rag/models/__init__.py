"""The models that the library runs or asks: the embedder, two cross-encoders that judge, and a person's chat model."""

OPENAI = "https://api.openai.com/v1"
"""The address that is asked where only a key is set."""
