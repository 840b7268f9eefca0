/* Straight-line 32- and 64-bit arithmetic: multiplications, divisions, shifts, of eight words of the packet. */
#include "bench.h"

PROGRAM
{
	u64 *words = (u64 *)data, a, b, c, d;

	if (data + 64 > data_end)
		return -1;
	a = words[0] * 0x9e3779b97f4a7c15 + words[1];
	b = (words[2] ^ a) / ((words[3] & 0xffff) + 3);
	c = (a << 13 | a >> 51) - b * words[4];
	d = (words[5] % 1000003) * (c >> 7) + (u32)(words[6] * b);
	a += (u32)c / ((u32)d | 1);
	b ^= (long long)a >> 5;
	c = c * d + (b & words[7]);
	d ^= c >> 32;
	return (u32)(a ^ b ^ c ^ d);
}
