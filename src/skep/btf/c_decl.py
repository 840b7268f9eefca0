"""C text of single types: declarators, and the bodies of structs, unions and enums.

A declarator is written from the inside out: `int (*name)[4]`. All declarators of a type are alike but for the
name, so the text around it is kept for the next one, unless a body without a name is written out in it.
"""

from __future__ import annotations

from ..errors import BtfError
from .c_layout import Layouts, padding
from .flat import FlatTypes
from .kinds import Kind

_INT, _PTR, _ARRAY, _STRUCT, _UNION, _ENUM, _FWD, _TYPEDEF = 1, 2, 3, 4, 5, 6, 7, 8
_FUNC_PROTO, _FLOAT, _TYPE_TAG = int(Kind.FUNC_PROTO), int(Kind.FLOAT), int(Kind.TYPE_TAG)
_ENUM64 = int(Kind.ENUM64)
_COMPOSITES = frozenset((_STRUCT, _UNION))
_ENUMS = frozenset((_ENUM, _ENUM64))
_QUALIFIERS = {9: "volatile", 10: "const", 11: "restrict"}
_MODIFIERS = frozenset((_TYPE_TAG, *_QUALIFIERS))
_TO_NEXT = frozenset((_PTR, _FUNC_PROTO, *_MODIFIERS))
_BASES = frozenset((0, _INT, _STRUCT, _UNION, _ENUM, _FWD, _TYPEDEF, _FLOAT, _ENUM64))
_ENUM_MODES = {1: " __attribute__((mode(byte)))", 2: " __attribute__((mode(HI)))"}
_MAX_TEXT = 16 << 20
#: How many unnamed bitfields may stand in all texts together, beside 64 for each type.
_FILLERS = 1 << 16
_HOLE = "\1"  # stands for the name in a text that is kept


class Declarations:
    """Texts for the types of one Btf. Names get a suffix when they are used a second time, so what is asked
    for first matters. Without `modifiers` there is no const, volatile, restrict or tag in them.
    """

    def __init__(
        self, types: FlatTypes, pointer_size: int = 8, sized_enums: bool = False, modifiers: bool = True
    ) -> None:
        types.check_ids()
        self._types = types
        self._modifiers = modifiers
        self._sized_enums = sized_enums
        self._layouts = Layouts(types, pointer_size)
        self._around: dict[int, tuple[str, str]] = {}
        self._unnamed: dict[int, str] = {}
        self._bodies = 0
        self._fillers = _FILLERS + 64 * len(types)
        self._resolved: dict[int, str] = {}
        self._type_names: dict[str, int] = {}
        self._ident_names: dict[str, int] = {}

    # ── names ──

    def _resolve(self, type_id: int, names: dict[str, int]) -> str:
        """The type's name, made different from those that other types took before."""
        name = self._resolved.get(type_id)
        if name is None:
            name = self._types.name(type_id)
            kind = self._types.kinds[type_id]
            is_declaration = kind == _FWD or (kind in _ENUMS and not self._types.vlen(type_id))
            if name and not is_declaration:
                name = self._unique(name, names)
            self._resolved[type_id] = name
        return name

    def _unique(self, name: str, names: dict[str, int]) -> str:
        names[name] = count = names.get(name, 0) + 1
        return name if count == 1 else f"{name}___{count}"

    def tag(self, type_id: int) -> str:
        """`name` of a struct, union or enum, a space before it; empty where it has none."""
        name = self._resolve(type_id, self._type_names)
        return f" {name}" if name else ""

    def forward(self, type_id: int) -> str:
        """`struct name`"""
        kind = self._types.kinds[type_id]
        if kind == _FWD:
            is_union = self._types.words[self._types.at[type_id] + 1] >> 31
        else:
            is_union = kind == _UNION
        return f"{'union' if is_union else 'struct'}{self.tag(type_id)}"

    def typedef(self, type_id: int) -> str:
        """`typedef int name`, without the semicolon."""
        name = self._resolve(type_id, self._ident_names)
        to = self._types.words[self._types.at[type_id] + 2]
        if not to and name == "__gnuc_va_list":  # old gcc has void here, which does not compile
            return "typedef __builtin_va_list __gnuc_va_list"
        return f"typedef {self.declaration(to, name, 0)}"

    # ── declarators ──

    def declaration(self, type_id: int, name: str, depth: int) -> str:
        """A declaration of `name`, which may be empty; `depth` is the indentation of bodies in it."""
        if name:
            around = self._around.get(type_id)
            if around is not None:
                return f"{around[0]}{name}{around[1]}"
        else:
            text = self._unnamed.get(type_id)
            if text is not None:
                return text
        bodies = self._bodies
        text = self._chain(self._collect(type_id), _HOLE if name else "", depth)
        if len(text) > _MAX_TEXT:
            raise BtfError(f"type id {type_id}: its declaration takes more than {_MAX_TEXT} characters")
        if not name:
            if bodies == self._bodies:
                self._unnamed[type_id] = text
            return text
        before, _, after = text.partition(_HOLE)
        if bodies == self._bodies:
            self._around[type_id] = before, after
        return f"{before}{name}{after}"

    def _collect(self, type_id: int) -> list[int]:
        """The type and what it is made of, down to what has a name."""
        types, chain = self._types, [type_id]
        while (kind := types.kinds[type_id]) not in _BASES:
            if kind == _ARRAY:
                type_id = types.words[types.at[type_id] + 3]
            elif kind in _TO_NEXT:
                type_id = types.words[types.at[type_id] + 2]
            else:
                raise BtfError(f"type id {type_id}: a {Kind(kind).name} cannot be declared in C")
            chain.append(type_id)
            if len(chain) > len(types):
                raise BtfError(f"type id {type_id}: types form a loop")
        return chain if self._modifiers else [link for link in chain if types.kinds[link] not in _MODIFIERS]

    def _chain(self, chain: list[int], name: str, depth: int) -> str:
        """The text of what is left in `chain`, its last one first, around the name."""
        types, text, after_pointer = self._types, "", True
        while chain:
            type_id = chain.pop()
            kind = types.kinds[type_id]
            if kind == _PTR:
                text += "*" if after_pointer else " *"
            elif kind in _QUALIFIERS:
                text += f" {_QUALIFIERS[kind]}"
            elif kind == _TYPE_TAG:
                text += f'{self._qualifiers(chain)} __attribute__((btf_type_tag("{types.name(type_id)}")))'
            elif kind == _ARRAY:
                return text + self._array(type_id, chain, name, depth, after_pointer)
            elif kind == _FUNC_PROTO:
                return text + self._function(type_id, chain, name, depth, after_pointer)
            else:
                text += self._qualifiers(chain) + self._base(type_id, kind, depth)
            after_pointer = kind == _PTR
        return text + _separated(name, after_pointer)

    def _qualifiers(self, chain: list[int]) -> str:
        """Those of the type before it: `const volatile `."""
        text = ""
        while chain and (word := _QUALIFIERS.get(self._types.kinds[chain[-1]])):
            text += f"{word} "
            chain.pop()
        return text

    def _drop_modifiers(self, chain: list[int]) -> None:
        while chain and self._types.kinds[chain[-1]] in _MODIFIERS:
            chain.pop()

    def _base(self, type_id: int, kind: int, depth: int) -> str:
        if kind in _COMPOSITES:
            is_named = self._types.words[self._types.at[type_id]]
            return self.forward(type_id) if is_named else self.composite(type_id, depth)
        if kind in _ENUMS:
            is_named = self._types.words[self._types.at[type_id]]
            return f"enum{self.tag(type_id)}" if is_named else self.enum(type_id, depth)
        if kind == _FWD:
            return self.forward(type_id)
        if kind == _TYPEDEF:
            return self._resolve(type_id, self._ident_names)
        return self._types.name(type_id) if type_id else "void"

    def _array(self, type_id: int, chain: list[int], name: str, depth: int, after_pointer: bool) -> str:
        nelems = self._types.words[self._types.at[type_id] + 5]
        self._drop_modifiers(chain)  # gcc repeats the element's; they mean nothing here
        if not chain:
            return f"{_separated(name, after_pointer)}[{nelems}]"
        space = " " if name and not after_pointer else ""
        is_array = self._types.kinds[chain[-1]] == _ARRAY
        inner = self._chain(chain, name, depth)
        return f"{space}{inner}[{nelems}]" if is_array else f"{space}({inner})[{nelems}]"

    def _function(self, type_id: int, chain: list[int], name: str, depth: int, after_pointer: bool) -> str:
        self._drop_modifiers(chain)  # gcc's volatile for functions that do not return
        if chain:
            text = f" ({self._chain(chain, name, depth)})"
        else:
            text = _separated(name, after_pointer)
        return f"{text}({self._params(type_id, depth)})"

    def _params(self, type_id: int, depth: int) -> str:
        types, at = self._types, self._types.at[type_id]
        last = at + 3 + 2 * types.vlen(type_id) - 2
        texts: list[str] = []
        for item in range(at + 3, last + 2, 2):
            to = types.words[item + 1]
            if item == last and not to:
                texts.append("..." if texts else "void")
            else:
                texts.append(self.declaration(to, types.strings[types.words[item]], depth))
        return ", ".join(texts) or "void"

    # ── bodies ──

    def composite(self, type_id: int, depth: int) -> str:
        """A struct or union with its members."""
        self._bodies += 1
        types, at = self._types, self._types.at[type_id]
        is_struct = types.kinds[type_id] == _STRUCT
        is_packed = is_struct and self._layouts.is_packed(type_id)
        head = f"{'struct' if is_struct else 'union'}{self.tag(type_id)} {{"
        members = self._members(type_id, depth + 1, is_struct, is_packed)
        size, close = types.words[at + 2], "\t" * depth + "}"
        end = f"\n{close}" if size or types.vlen(type_id) else "}"
        return f"{head}{members}{end}{' __attribute__((packed))' if is_packed else ''}"

    def _members(self, type_id: int, depth: int, is_struct: bool, is_packed: bool) -> str:
        types, layouts, strings = self._types, self._layouts, self._types.strings
        line, parts, cursor, after_bits = "\n" + "\t" * depth, [], 0, False
        around, item = self._around, types.at[type_id] + 3
        for member, offset, bits in layouts.places(type_id):
            if offset > cursor:
                align = 1 if is_packed else layouts.align(member)
                gap = padding(cursor, offset, align, after_bits and bits != 0, layouts.pointer_size)
                parts += self._filled(type_id, gap, line)
            name = strings[types.words[item]]
            known = around.get(member)
            item += 3
            text = f"{known[0]}{name}{known[1]}" if name and known else self.declaration(member, name, depth)
            if bits:
                parts.append(f"{line}{text}: {bits};")
                cursor, after_bits = offset + bits, True
            else:
                parts.append(f"{line}{text};")
                cursor, after_bits = offset + 8 * layouts.size(member), False
        end = 8 * types.words[types.at[type_id] + 2]
        if is_struct and end > cursor:
            gap = padding(cursor, end, layouts.align(type_id), False, layouts.pointer_size)
            parts += self._filled(type_id, gap, line)
        return "".join(parts)

    def _filled(self, type_id: int, gap: list[tuple[str, int]], line: str) -> list[str]:
        """The lines of a gap. A few broken bytes can claim one of gigabytes."""
        self._fillers -= sum(count for _, count in gap)
        if self._fillers < 0:
            raise BtfError(f"type id {type_id}: a gap of this size takes too many bitfields")
        return [f"{line}{field};" * count for field, count in gap]

    def enum(self, type_id: int, depth: int) -> str:
        """An enum with its enumerators."""
        self._bodies += 1
        types, at = self._types, self._types.at[type_id]
        head = f"enum{self.tag(type_id)}"
        if not types.vlen(type_id):
            return head
        close = "\n" + "\t" * depth + "}"
        line = "\n" + "\t" * (depth + 1)
        values = "".join(f"{line}{name} = {value}," for name, value in self._enumerators(type_id))
        mode = _ENUM_MODES.get(types.words[at + 2], "") if self._sized_enums else ""
        return f"{head} {{{values}{close}{mode}"

    def _enumerators(self, type_id: int) -> list[tuple[str, str]]:
        """Names and literals; enumerators share their names with typedefs."""
        types, at = self._types, self._types.at[type_id]
        words, info, signed = types.words, types.words[at + 1], types.words[at + 1] >> 31
        is_wide = types.kinds[type_id] == _ENUM64
        step, bits = (3, 64) if is_wide else (2, 32)
        suffix = ("LL" if signed else "ULL") if is_wide else ""
        found = []
        for item in range(at + 3, at + 3 + step * (info & 0xFFFF), step):
            name = self._unique(types.strings[words[item]], self._ident_names)
            value = words[item + 1] | (words[item + 2] << 32 if is_wide else 0)
            if signed and value >> (bits - 1):
                value -= 1 << bits
            found.append((name, f"{value}{suffix}"))
        return found


def _separated(name: str, after_pointer: bool) -> str:
    return f" {name}" if name and not after_pointer else name
