"""What a log prints of a register, in words: `scalar(smin=0,smax=umax=8)` is "a number from 0 to 8"."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_PAIRS: Final = re.compile(r"((?:\w+=)+)([^,()]+|\([^)]*\))")
_NUMBER: Final = re.compile(r"-?(?:0x[0-9a-f]+|\d+)$")
_STACK: Final = re.compile(r"fp(-?\d*)")
_STRUCT: Final = re.compile(
    r"(?P<flags>(?:percpu_|rcu_|trusted_|untrusted_|user_)*)ptr_(?:or_null_)?(?P<name>\w*)"
)
_SIGN: Final = 1 << 63
_FLAGS: Final = (
    ("untrusted_", "untrusted"),
    ("trusted_", "trusted"),
    ("percpu_", "per CPU"),
    ("rcu_", "valid in this RCU section"),
    ("user_", "in user memory"),
)

#: Types that need no details: what they point to.
_PLAIN: Final = {
    "ctx": "the context",
    "map_key": "a map's key",
    "pkt_meta": "the packet's metadata",
    "pkt_end": "the end of the packet",
    "sock": "a socket",
    "sock_common": "a socket",
    "tcp_sock": "a TCP socket",
    "xdp_sock": "an XDP socket",
    "buf": "a buffer",
    "rdonly_buf": "a read-only buffer",
    "rdwr_buf": "a buffer",
    "arena": "the arena",
    "func": "a function of the program",
    "flow_keys": "the flow keys",
    "dynptr_ptr": "a dynptr",
}
_BLOCKS: Final = {
    "mem": "a block of memory",
    "rdonly_mem": "read-only memory",
    "rdonly_untrusted_mem": "untrusted read-only memory",
    "ringbuf_mem": "a ring buffer record",
    "dynptr_mem": "a dynptr's data",
}


def quantity(count: str | int, what: str) -> str:
    """`1 byte`, `8 bytes`."""
    return f"{count} {what}{'' if int(count) == 1 else 's'}"


@lru_cache(maxsize=1 << 12)
def details(state: str) -> dict[str, str]:
    """What stands in the parentheses: name -> text; `smin=umin=1` gives both. Logs before Linux 6.2 say
    `umax_value` for `umax`."""
    found: dict[str, str] = {}
    for chain, value in _PAIRS.findall(state.partition("(")[2]):
        for name in chain.rstrip("=").split("="):
            found.setdefault(name.removesuffix("_value") if name != "map_value" else name, value)
    return found


def _value(known: dict[str, str], name: str) -> int | None:
    text = known.get(name, "")
    return int(text, 0) if _NUMBER.match(text) else None


def _shown(value: int) -> str:
    """Large numbers are read more easily as their bits."""
    return str(value) if abs(value) < 10_000 else hex(value)


def limits(state: str) -> str:
    """The range of a scalar; what is not printed is not limited: `any number`, `0 to 8`, `at least 5`."""
    known = details(state)
    high, low = _value(known, "umax"), _value(known, "umin") or 0
    if high is not None and 0 <= high < _SIGN:
        return _shown(low) if low == high else f"{_shown(low)} to {_shown(high)}"
    least, most = _value(known, "smin"), _value(known, "smax")
    least = least - 2 * _SIGN if least is not None and least >= _SIGN else least
    if least is not None and most is not None:
        return f"{_shown(least)} to {_shown(most)}"
    if most is not None:
        return f"at most {_shown(most)}, maybe negative"
    if least is not None:
        return f"at least {_shown(least)}"
    return f"at least {_shown(low)} (unsigned)" if low else "any number"


def is_number(state: str) -> bool:
    """Whether it is a scalar: known, `scalar(...)`, or `inv...` before Linux 5.18."""
    return bool(_NUMBER.match(state) or re.match(r"scalar|inv(?:\d|-|\(|$)", state) or state[:1] == "P")


def describe(state: str) -> str:
    """A noun for what the register holds: `any number`, `a value of map counts (8 bytes)`; "" if unknown."""
    if not state:
        return ""
    if is_number(state):
        text = state.lstrip("Pinv")
        return _shown(int(text, 0)) if _NUMBER.match(text) else limits(state)
    target = _target(state)
    return f"NULL or {target}" if "_or_null" in state.partition("(")[0] and target else target


def sentence(register: str, state: str) -> str:
    """`r7 is a number from 0 to 8`, `r0 points to the context`; "" if nothing is known."""
    said = describe(state)
    if not said:
        return ""
    if is_number(state):
        many = said.startswith("any") or said[:2] == "at" or " to " in said
        return f"{register} is {said if not many or said.startswith('any') else _numbers(said)}"
    if said.startswith("NULL or "):
        return f"{register} is NULL or points to {said.removeprefix('NULL or ')}"
    return f"{register} {'is' if _is_itself(state) else 'points to'} {said}"


def _numbers(said: str) -> str:
    return f"a number from {said}" if " to " in said else f"a number of {said}"


def _is_itself(state: str) -> bool:
    """A map is not an object that a program looks into: its pointer stands for it."""
    return state.startswith(("map_ptr", "func"))


def _target(state: str) -> str:
    kind, known = state.partition("(")[0], details(state)
    kind = kind.removesuffix("_or_null")
    if stack := _STACK.match(kind):
        return f"the stack at fp{stack[1]}" if stack[1] not in ("", "0") else "the top of the stack"
    if kind == "map_value":
        return f"a value of map {known.get('map', '?')} ({quantity(known['vs'], 'byte')})" + _offset(known) \
            if "vs" in known else "a map's value"  # fmt: skip
    if kind == "map_ptr":
        return f"map {known['map']}" if "map" in known else "a map"
    if kind == "pkt":
        checked = known.get("r", "0")
        return f"the packet{_offset(known)}" + (
            f", {quantity(checked, 'byte')} checked" if int(checked) > 0 else ""
        )
    if kind in _BLOCKS:
        size = f" of {quantity(known['sz'], 'byte')}" if known.get("sz", "").isdigit() else ""
        return _BLOCKS[kind] + size + _offset(known)
    if kind in _PLAIN:
        return _PLAIN[kind] + _offset(known)
    return _struct(state, known)


def _struct(state: str, known: dict[str, str]) -> str:
    found = _STRUCT.match(state)
    if found is None:
        return ""
    said = ", ".join(words for flag, words in _FLAGS if re.search(rf"(?:^|_){flag}", found["flags"]))
    name = found["name"]
    return (f"struct {name}" if name else "a kernel object") + (f" ({said})" if said else "") + _offset(known)


def _offset(known: dict[str, str]) -> str:
    """` at offset 8`, ` at offset 0 to 64`, ` at an unknown offset`."""
    fixed = _value(known, "off") or 0
    names = ("umax", "umin", "smax", "smin", "var_off")
    if not any(name in known for name in names):
        return f" at offset {fixed}" if fixed else ""
    low, high = _value(known, "smin"), _value(known, "smax")
    high = _value(known, "umax") if high is None else high
    if low is None and (_value(known, "umax") or _SIGN) < _SIGN:
        low = _value(known, "umin") or 0
    if low is None or high is None:
        return " at an offset without limits"
    return f" at offset {_shown(fixed + low)} to {_shown(fixed + high)}"
