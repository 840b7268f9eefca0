/* A chain of functions that are not inlined, called in a loop. */
#include "bench.h"

NOINLINE u64 mix(u64 a, u64 b)
{
	return (a ^ b) * 0xff51afd7ed558ccd ^ a >> 29;
}

NOINLINE u64 fold(u64 a, u64 b, u64 c)
{
	return mix(a, b) + mix(b, c);
}

NOINLINE u64 step(u64 state, u64 round)
{
	if (state & 1)
		return fold(state, round, state >> 3);
	return fold(round, state, state << 5);
}

PROGRAM
{
	u64 state;

	if (data + 8 > data_end)
		return -1;
	state = *(u64 *)data;
#pragma clang loop unroll(disable)
	for (int i = 0; i < 50; i++)
		state = step(state, i);
	return (u32)(state ^ state >> 32);
}
