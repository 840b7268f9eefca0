/* The internet checksum (RFC 1071): one's complement sums of 16-bit words, kept in 32 bits while they grow. */
#ifndef SKEP_CHECKSUM_H
#define SKEP_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

static inline uint32_t csum_add(uint32_t a, uint32_t b)
{
	uint64_t sum = (uint64_t)a + b;

	return (uint32_t)sum + (uint32_t)(sum >> 32);
}

static inline uint32_t csum_sub(uint32_t a, uint32_t b)
{
	return csum_add(a, ~b);
}

/* Sixteen bits, not complemented. */
static inline uint16_t csum_from32to16(uint32_t sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	return (sum & 0xffff) + (sum >> 16);
}

/* What stands in a packet: the complement. */
static inline uint16_t csum_fold(uint32_t sum)
{
	return ~csum_from32to16(sum);
}

/* Adds the bytes to a sum, as if they started at an even offset. */
uint32_t csum_partial(const void *data, size_t size, uint32_t sum);

/* Changes a checksum in a packet by what was added to the summed data, as RFC 1624 says. */
static inline void csum_replace_by_diff(uint16_t *check, uint32_t diff)
{
	*check = csum_fold(csum_add(diff, (uint16_t)~*check));
}

static inline void csum_replace4(uint16_t *check, uint32_t from, uint32_t to)
{
	*check = csum_fold(csum_add(csum_sub((uint16_t)~*check, from), to));
}

/* The 16-bit form is computed in 16 bits: it gives the other zero in some cases. */
static inline void csum_replace2(uint16_t *check, uint16_t from, uint16_t to)
{
	uint16_t sum = ~*check, less = ~from;

	sum += less;
	sum += sum < less;
	sum += to;
	*check = ~(uint16_t)(sum + (sum < to));
}

#endif
