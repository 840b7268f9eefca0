/* Packet to stack, changed on the way, and back: 256 bytes. */
#include "bench.h"

PROGRAM
{
	u64 *words = (u64 *)data, buffer[32];

	if (data + 512 > data_end)
		return -1;
#pragma clang loop unroll(disable)
	for (int i = 0; i < 32; i++)
		buffer[i] = words[i] ^ 0x5555555555555555;
#pragma clang loop unroll(disable)
	for (int i = 0; i < 32; i++)
		words[32 + i] = buffer[i] + i;
	return (u32)words[63];
}
