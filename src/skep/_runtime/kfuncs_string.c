/* Strings that may lie anywhere: every byte is read with care, and no string is longer than 64 KB. */
#define _GNU_SOURCE
#include "fault.h"
#include "native.h"

#define MAX_STRING 65536 /* XATTR_SIZE_MAX */
#define WINDOW 256
#define LOWEST 65536 /* no kernel memory is below */

/* A string, of which a window is at hand. */
struct text {
	uint64_t address;
	uint32_t first, end; /* the bytes in `window` */
	uint8_t window[WINDOW];
};

static void text_open(struct text *text, uint64_t address)
{
	text->address = address;
	text->first = text->end = 0;
}

/* Byte `at` of the string; -EFAULT where nothing is. */
static inline int byte_at(struct text *text, uint32_t at)
{
	if (unlikely(at < text->first || at >= text->end)) {
		uint64_t from = text->address + at;
		uint32_t size = WINDOW - from % WINDOW; /* within one page */
		if (!skep_copy_in(text->window, from, size))
			return -EFAULT;
		text->first = at;
		text->end = at + size;
	}
	return text->window[at - text->first];
}

static bool is_kernel_address(uint64_t address)
{
	return address >= LOWEST;
}

static int lower(int c)
{
	return c >= 'A' && c <= 'Z' ? c + 32 : c;
}

static long compare(uint64_t first, uint64_t second, bool ignore_case)
{
	struct text a, b;

	if (!is_kernel_address(first) || !is_kernel_address(second))
		return -ERANGE;
	text_open(&a, first);
	text_open(&b, second);
	for (uint32_t i = 0; i < MAX_STRING; i++) {
		int left = byte_at(&a, i), right = byte_at(&b, i);
		if (left < 0 || right < 0)
			return -EFAULT;
		if (ignore_case) {
			left = lower(left);
			right = lower(right);
		}
		if (left != right)
			return left < right ? -1 : 1;
		if (!left)
			return 0;
	}
	return -E2BIG;
}

SKEP_HELPER(bpf_strcmp)
{
	return compare(r1, r2, false);
}

SKEP_HELPER(bpf_strcasecmp)
{
	return compare(r1, r2, true);
}

/* The index of `wanted` within the first `count` bytes; at a NUL that is not wanted, `at_end` decides. */
static long find(uint64_t address, uint64_t count, uint8_t wanted, bool or_end)
{
	struct text text;

	if (!is_kernel_address(address))
		return -ERANGE;
	text_open(&text, address);
	for (uint32_t i = 0; i < count && i < MAX_STRING; i++) {
		int c = byte_at(&text, i);
		if (c < 0)
			return c;
		if (c == wanted || (!c && or_end))
			return i;
		if (!c)
			return -ENOENT;
	}
	return count >= MAX_STRING ? -E2BIG : -ENOENT;
}

SKEP_HELPER(bpf_strnchr)
{
	return find(r1, r2, r3, false);
}

SKEP_HELPER(bpf_strchr)
{
	return find(r1, MAX_STRING, r2, false);
}

SKEP_HELPER(bpf_strchrnul)
{
	return find(r1, MAX_STRING, r2, true);
}

SKEP_HELPER(bpf_strrchr)
{
	struct text text;
	long last = -ENOENT;

	if (!is_kernel_address(r1))
		return -ERANGE;
	text_open(&text, r1);
	for (uint32_t i = 0; i < MAX_STRING; i++) {
		int c = byte_at(&text, i);
		if (c < 0)
			return c;
		if (c == (uint8_t)r2)
			last = i;
		if (!c)
			return last;
	}
	return -E2BIG;
}

static long length(uint64_t address, uint64_t count)
{
	struct text text;
	uint32_t i;

	if (!is_kernel_address(address))
		return -ERANGE;
	text_open(&text, address);
	for (i = 0; i < count && i < MAX_STRING; i++) {
		int c = byte_at(&text, i);
		if (c <= 0)
			return c < 0 ? c : (long)i;
	}
	return i == MAX_STRING ? -E2BIG : (long)i;
}

SKEP_HELPER(bpf_strnlen)
{
	return length(r1, r2);
}

SKEP_HELPER(bpf_strlen)
{
	return length(r1, MAX_STRING);
}

/* Whether a byte is in a set of bytes, or an error. */
static long is_in(struct text *set, int c)
{
	for (uint32_t j = 0; j < MAX_STRING; j++) {
		int member = byte_at(set, j);
		if (member < 0)
			return member;
		if (!member)
			return 0;
		if (member == c)
			return 1;
	}
	return -E2BIG;
}

/* How many bytes from the start on are in the set, or are not. */
static long span(uint64_t address, uint64_t set_address, bool while_in)
{
	struct text text, set;

	if (!is_kernel_address(address) || !is_kernel_address(set_address))
		return -ERANGE;
	text_open(&text, address);
	text_open(&set, set_address);
	for (uint32_t i = 0; i < MAX_STRING; i++) {
		int c = byte_at(&text, i);
		if (c <= 0)
			return c < 0 ? c : (long)i;
		long in = is_in(&set, c);
		if (in < 0)
			return in;
		if (in != while_in)
			return i;
	}
	return -E2BIG;
}

SKEP_HELPER(bpf_strspn)
{
	return span(r1, r2, true);
}

SKEP_HELPER(bpf_strcspn)
{
	return span(r1, r2, false);
}

/* Whether `part` stands at byte `at` of the first `limit` bytes: 1, or 0, -ENOENT when the text ends before. */
static long stands_at(struct text *text, struct text *part, uint32_t at, uint64_t limit)
{
	for (uint32_t j = 0; j < MAX_STRING; j++) {
		int wanted = byte_at(part, j);
		if (wanted < 0)
			return wanted;
		if (!wanted)
			return 1;
		if ((uint64_t)at + j == limit)
			return -ENOENT;
		int c = byte_at(text, at + j);
		if (c < 0)
			return c;
		if (!c)
			return -ENOENT;
		if (c != wanted)
			return 0;
	}
	return -E2BIG;
}

static long find_text(uint64_t address, uint64_t part_address, uint64_t limit)
{
	struct text text, part;

	if (!is_kernel_address(address) || !is_kernel_address(part_address))
		return -ERANGE;
	text_open(&text, address);
	text_open(&part, part_address);
	for (uint32_t i = 0; i < MAX_STRING; i++) {
		long found = stands_at(&text, &part, i, limit);
		if (found)
			return found < 0 ? found : (long)i;
	}
	return -E2BIG;
}

SKEP_HELPER(bpf_strstr)
{
	return find_text(r1, r2, MAX_STRING);
}

SKEP_HELPER(bpf_strnstr)
{
	return find_text(r1, r2, r3);
}

const struct skep_symbol skep_string_symbols[] = {
	SKEP_SYMBOL(bpf_strcmp),    SKEP_SYMBOL(bpf_strcasecmp), SKEP_SYMBOL(bpf_strnchr), SKEP_SYMBOL(bpf_strchr),
	SKEP_SYMBOL(bpf_strchrnul), SKEP_SYMBOL(bpf_strrchr),    SKEP_SYMBOL(bpf_strnlen), SKEP_SYMBOL(bpf_strlen),
	SKEP_SYMBOL(bpf_strspn),    SKEP_SYMBOL(bpf_strcspn),    SKEP_SYMBOL(bpf_strstr),  SKEP_SYMBOL(bpf_strnstr),
	{ NULL },
};
