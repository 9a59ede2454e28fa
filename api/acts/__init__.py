"""Commands of the contract as words on the command line: `jiesuan slip issue SL-1 …`, previewed and then recorded."""
