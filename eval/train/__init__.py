"""How the learned parts are made anew: `python -m eval train STEP --weights FILE --out FOLDER`, on two cores.

Steps, in their order: `general` (one trunk on public pairs, see `general.py`), `selector` (which sentences answer),
`checker` (what bears out a claim), `embedder` (questions and papers), `export` (int8 graphs that ship).
A module a step. Each writes a checkpoint every few minutes and goes on from it. torch, onnx and safetensors are needed
here alone: the library itself wants none of them (versions: `rag/models/cross_encoders/PROVENANCE.md`).
"""
