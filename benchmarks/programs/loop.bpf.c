/* Nested counted loops over a state that never leaves registers. */
#include "bench.h"

PROGRAM
{
	u32 x, y = 0;

	if (data + 4 > data_end)
		return -1;
	x = *(u32 *)data;
#pragma clang loop unroll(disable)
	for (u32 i = 0; i < 40; i++) {
#pragma clang loop unroll(disable)
		for (u32 j = 0; j < 25; j++) {
			x ^= x << 13;
			x ^= x >> 17;
			x ^= x << 5;
			y += x & j;
		}
		y ^= i;
	}
	return x + y;
}
