"""A program as Linux shows it: BPF_OBJ_GET_INFO_BY_FD's xlated instructions.

The engines run the shorter form that `fixups.pipeline` makes: they know better ways to divide, to look up
and to loop. What Linux's verifier writes into a program for its JIT exists here to be read: it is made from
the same verdict when someone asks, and compared with Linux instruction by instruction. Kernel addresses are
not shown; calls of helpers keep the helper's number, those of kernel functions their BTF id, and offsets
into kernel structures are those of the probed kernel.
"""
