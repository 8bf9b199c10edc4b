"""The models that the library runs or asks: the embedder, two cross-encoders that judge, and a person's chat model."""
