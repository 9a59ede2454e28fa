"""The subcommands of `jiesuan`, a module for each group of them."""
