"""Random types that C could have, for comparing with bpftool: structs with gaps and bitfields, packed ones,
unions, anonymous members, typedefs, function pointers, arrays, enums, names that meet.
"""

from __future__ import annotations

from random import Random

from skep.btf import Btf, BtfBuilder
from skep.btf import types as t

_INTS = (("char", 1), ("short", 2), ("int", 4), ("long", 8), ("__int128", 16))


class RandomTypes:
    """Adds types one by one, each of those before it. What is only declared so far may be pointed to."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.builder = BtfBuilder()
        self.sized: list[tuple[int, int, int]] = []  # id, size, alignment
        self.any: list[int] = [0]
        for name, size in _INTS:
            self._sized(self.builder.add_int(name, size, encoding=1), size, min(size, 8))

    def _sized(self, type_id: int, size: int, align: int) -> None:
        self.sized.append((type_id, size, align))
        self.any.append(type_id)

    def _name(self, letters: str) -> str:
        return f"{letters}{self.random.randrange(12)}" if self.random.random() < 0.8 else ""

    def _sure_name(self, letters: str) -> str:
        return f"{letters}{self.random.randrange(30)}"

    def composite(self) -> None:
        random = self.random
        is_union, is_packed, with_bits = (random.random() < share for share in (0.3, 0.2, 0.4))
        members: list[t.Member] = []
        cursor, largest = 0, 1
        for number in range(random.randrange(6)):
            type_id, size, align = random.choice(self.sized)
            type_ = self.builder[type_id]
            align = 1 if is_packed else align
            bits = 0
            start = 0 if is_union else -(-cursor // (8 * align)) * 8 * align
            if with_bits and isinstance(type_, t.Int) and size <= 8 and random.random() < 0.6:
                bits = random.randint(1, 8 * size)
                start = 0 if is_union else cursor + random.choice((0, 0, 0, 1, 5, 11))
                if start // (8 * size) != (start + bits - 1) // (8 * size):
                    start = -(-start // (8 * size)) * 8 * size
            elif random.random() < 0.2 and not is_union:
                start += 8 * align * random.randrange(4)
            is_anonymous = isinstance(type_, t.Struct | t.Union) and not type_.name
            name = "" if is_anonymous and random.random() < 0.8 else f"m{number}"
            members.append(t.Member(name, type_id, start, bits))
            cursor = max(cursor, start + (bits or 8 * size))
            largest = max(largest, align)
        size = -(-cursor // (8 * largest)) * largest + random.choice((0, 0, 0, 1, 2)) * largest
        make = t.Union if is_union else t.Struct
        has_bits = any(member.bit_size for member in members)
        type_id = self.builder.add(make(self._name("u" if is_union else "s"), size, tuple(members), has_bits))
        self._sized(type_id, size, largest)

    def pointer(self) -> None:
        self._sized(self.builder.add(t.Ptr(self.random.choice(self.any))), 8, 8)

    def qualifier(self) -> None:
        type_id, size, align = self.random.choice(self.sized)
        make = self.random.choice((t.Const, t.Volatile, t.Restrict))
        self._sized(self.builder.add(make(type_id)), size, align)

    def typedef(self) -> None:
        type_id, size, align = self.random.choice(self.sized)
        self._sized(self.builder.add(t.Typedef(self._sure_name("t"), type_id)), size, align)

    def array(self) -> None:
        type_id, size, align = self.random.choice(self.sized)
        nelems = self.random.choice((0, 1, 3))
        if size * nelems < 1 << 12:
            self._sized(self.builder.add(t.Array(type_id, 3, nelems)), size * nelems, align)

    def enum(self) -> None:
        names = [self._sure_name("E") for _ in range(self.random.randrange(1, 4))]
        signed = self.random.random() < 0.5
        if self.random.random() < 0.3:
            values = [self.random.randrange(-(1 << 63) if signed else 0, 1 << 63) for _ in names]
            make, size = t.Enum64, 8
        else:
            values = [self.random.randrange(-(1 << 31) if signed else 0, 1 << 31) for _ in names]
            make, size = t.Enum, self.random.choice((1, 4, 4, 4))
        items = tuple(map(t.Enumerator, names, values))
        self._sized(self.builder.add(make(self._name("e"), size, items, signed)), size, size)

    def prototype(self) -> None:
        sized = [row[0] for row in self.sized]
        params = [
            t.Param(self._name("a"), self.random.choice(sized)) for _ in range(self.random.randrange(3))
        ]
        if params and self.random.random() < 0.3:
            params.append(t.Param("", 0))
        proto = self.builder.add(t.FuncProto(self.random.choice([0, *sized]), tuple(params)))
        self.any.append(proto)
        self._sized(self.builder.add(t.Ptr(proto)), 8, 8)
        if self.random.random() < 0.5:
            self.builder.add(t.Func(self._sure_name("f"), proto, 1))

    def forward(self) -> None:
        self.any.append(self.builder.add(t.Fwd(self._sure_name("w"), self.random.random() < 0.3)))

    def tag(self) -> None:
        type_id = self.random.choice(self.sized)[0]
        to = self.builder.add(t.TypeTag(self._sure_name("tag"), type_id))
        self._sized(self.builder.add(t.Ptr(to)), 8, 8)

    def build(self, count: int) -> Btf:
        """`count` steps; each adds a type or a few."""
        steps = (self.composite,) * 5 + (self.pointer,) * 2 + (self.typedef,) * 2
        steps += (self.qualifier, self.array, self.enum, self.prototype, self.forward, self.tag)
        for _ in range(count):
            self.random.choice(steps)()
        return self._with_cycles().build()

    def _with_cycles(self) -> BtfBuilder:
        """Let some pointers go forward, as in lists and trees."""
        for index, type_ in enumerate(self.builder.types):
            if isinstance(type_, t.Ptr) and self.random.random() < 0.3:
                self.builder.types[index] = t.Ptr(self.random.choice(self.any))
        return self.builder


def random_btf(seed: int, count: int = 60) -> Btf:
    return RandomTypes(seed).build(count)
