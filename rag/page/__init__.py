"""The chat page: what `Library.stream` yields, shown so that it can be read, checked and kept.

It holds no logic of retrieval or citation. Text from papers, models and people reaches the browser through
`rag.page.markup` alone, which escapes it. Its colours, those of marks too, are in `style.css`.
"""
