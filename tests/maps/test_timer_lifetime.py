"""What a timer's callback uses stays until the timer is gone."""

from __future__ import annotations

import pytest

import skep
from loader.sources import built
from skep.loader import from_elf

SOURCE = """
struct timed { struct bpf_timer timer; };
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, int);
	__type(value, long); } counts SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, int);
	__type(value, struct timed); } timers SEC(".maps");
static int count(void *map, int *key, struct timed *value)
{
	int zero = 0;
	long *number = bpf_map_lookup_elem(&counts, &zero);
	if (number)
		*number += 1;
	bpf_timer_start(&value->timer, 1, 0);
	return 0;
}
SEC("tc") int start(struct __sk_buff *skb)
{
	int zero = 0;
	struct timed *value = bpf_map_lookup_elem(&timers, &zero);
	if (!value)
		return 1;
	bpf_timer_init(&value->timer, &timers, 1);
	bpf_timer_set_callback(&value->timer, count);
	return bpf_timer_start(&value->timer, 1, 0);
}
"""


@pytest.mark.parametrize("engine", ["jit", "interp"])
def test_a_map_that_only_the_callback_uses_outlives_its_descriptor(engine: str) -> None:
    spec = from_elf(built(SOURCE), name="timers.o")
    for _ in range(10):
        with skep.Kernel(engine=engine) as kernel:
            obj = skep.Object(spec).load(kernel)
            assert obj.programs["start"].run(bytes(64)).retval == 0
            for name in ("start", "counts", "timers"):  # the timer's own map last
                kernel.close(obj.programs[name].fd if name == "start" else obj.maps[name].fd)
