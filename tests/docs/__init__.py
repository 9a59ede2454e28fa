"""The documents are true: diagrams, worked examples, commands, codes, command lines and links are tested."""
