"""The ledger: facts, the states they make, the decisions that record them, and the log that keeps them."""

import atexit
import gc

# msgspec 0.22 crashes now and then when the very last garbage collection of a process frees struct types
# (TypeNode_Free in StructMeta_clear), after all work is done.  Frozen objects are left out of that collection.
atexit.register(gc.freeze)
