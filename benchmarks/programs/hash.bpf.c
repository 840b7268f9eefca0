/* A jenkins-like hash of 240 bytes of the packet, three words a round. */
#include "bench.h"

#define ROTATE(x, k) ((x) << (k) | (x) >> (32 - (k)))

PROGRAM
{
	u32 *words = (u32 *)data, a = 0xdeadbeef, b = a, c = a;

	if (data + 240 > data_end)
		return -1;
#pragma clang loop unroll(disable)
	for (int i = 0; i < 60; i += 3) {
		a += words[i];
		b += words[i + 1];
		c += words[i + 2];
		a -= c; a ^= ROTATE(c, 4); c += b;
		b -= a; b ^= ROTATE(a, 6); a += c;
		c -= b; c ^= ROTATE(b, 8); b += a;
		a -= c; a ^= ROTATE(c, 16); c += b;
		b -= a; b ^= ROTATE(a, 19); a += c;
		c -= b; c ^= ROTATE(b, 4); b += a;
	}
	c ^= b; c -= ROTATE(b, 14);
	a ^= c; a -= ROTATE(c, 11);
	b ^= a; b -= ROTATE(a, 25);
	return a ^ b ^ c;
}
