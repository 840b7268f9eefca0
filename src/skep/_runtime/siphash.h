/* SipHash-2-4 (Aumasson and Bernstein, 2012): a keyed hash of short inputs. */
#ifndef SKEP_SIPHASH_H
#define SKEP_SIPHASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline uint64_t sip_rotate(uint64_t x, int bits)
{
	return x << bits | x >> (64 - bits);
}

static inline void sip_round(uint64_t v[4])
{
	v[0] += v[1], v[2] += v[3];
	v[1] = sip_rotate(v[1], 13) ^ v[0], v[3] = sip_rotate(v[3], 16) ^ v[2];
	v[0] = sip_rotate(v[0], 32);
	v[2] += v[1], v[0] += v[3];
	v[1] = sip_rotate(v[1], 17) ^ v[2], v[3] = sip_rotate(v[3], 21) ^ v[0];
	v[2] = sip_rotate(v[2], 32);
}

static inline uint64_t siphash(const void *data, size_t size, const uint64_t key[2])
{
	uint64_t v[4] = { key[0] ^ 0x736f6d6570736575, key[1] ^ 0x646f72616e646f6d, key[0] ^ 0x6c7967656e657261,
			  key[1] ^ 0x7465646279746573 };

	for (size_t at = 0; at <= size; at += 8) {
		uint64_t word = 0;
		if (size - at >= 8)
			memcpy(&word, (const uint8_t *)data + at, 8);
		else {
			memcpy(&word, (const uint8_t *)data + at, size - at);
			word |= (uint64_t)size << 56;
		}
		v[3] ^= word;
		sip_round(v);
		sip_round(v);
		v[0] ^= word;
	}
	v[2] ^= 0xff;
	for (int i = 0; i < 4; i++)
		sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

#endif
