"""Instructions drawn from the table, for property tests of several files."""

from hypothesis import strategies as st

from skep.isa import OPCODES, Insn, Opcode
from skep.isa.opcodes import ANY32, Field


def values(legal: Field) -> st.SearchStrategy[int]:
    """Values of a field that its row allows."""
    if isinstance(legal, range):
        return st.integers(legal[0], legal[-1])
    if isinstance(legal, (tuple, frozenset)):
        return st.sampled_from(sorted(legal))
    return st.integers(ANY32[0], ANY32[-1]).filter(lambda value: value in legal)


@st.composite
def instructions(draw: st.DrawFn, rows: tuple[Opcode, ...] = OPCODES) -> tuple[Insn, ...]:
    """One legal instruction, with its second slot."""
    row = draw(st.sampled_from(rows))
    first = Insn(
        row.code, draw(values(row.dst)), draw(values(row.src)), draw(values(row.off)), draw(values(row.imm))
    )
    return (first,) if row.next_imm is None else (first, Insn(0, imm=draw(values(row.next_imm))))


slots = st.builds(
    Insn,
    code=st.integers(0, 0xFF),
    dst=st.integers(0, 15),
    src=st.integers(0, 15),
    off=st.integers(-(1 << 15), (1 << 15) - 1),
    imm=st.integers(-(1 << 31), (1 << 31) - 1),
)
