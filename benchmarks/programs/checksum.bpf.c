/* The Internet checksum over 1,024 bytes, 16 bits at a time, as a C programmer writes it first. */
#include "bench.h"

PROGRAM
{
	u16 *words = (u16 *)data;
	u32 sum = 0;

	if (data + 1024 > data_end)
		return -1;
#pragma clang loop unroll(disable)
	for (int i = 0; i < 512; i++)
		sum += words[i];
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return (u16)~sum;
}
