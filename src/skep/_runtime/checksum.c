/* Checksums over memory, and the helper that compares two blocks of it. */
#include "native.h"
#include "checksum.h"

#include <string.h>

uint32_t csum_partial(const void *data, size_t size, uint32_t seed)
{
	const uint8_t *p = data;
	uint64_t sum = seed;

	for (; size >= 8; p += 8, size -= 8) {
		uint64_t word;
		memcpy(&word, p, 8);
		sum += word;
		sum += sum < word;
	}
	if (size) {
		uint64_t word = 0;
		memcpy(&word, p, size);
		sum += word;
		sum += sum < word;
	}
	return csum_add((uint32_t)sum, (uint32_t)(sum >> 32));
}

SKEP_HELPER(bpf_csum_diff)
{
	const void *from = (const void *)r1, *to = (const void *)r3;
	uint32_t from_size = r2, to_size = r4, sum = r5;

	if (from_size && to_size)
		sum = csum_sub(csum_partial(to, to_size, sum), csum_partial(from, from_size, 0));
	else if (to_size)
		sum = csum_partial(to, to_size, sum);
	else if (from_size)
		sum = ~csum_partial(from, from_size, ~sum);
	return csum_from32to16(sum);
}

const struct skep_symbol skep_checksum_symbols[] = { SKEP_SYMBOL(bpf_csum_diff), { NULL } };
