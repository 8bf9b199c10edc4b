"""The library for other programs: JSON over HTTP, OpenAI's chat protocol, and MCP."""
