/* Helpers that read memory that may not be there, and strings.
 *
 * Programs and the process that they run in have one address space here, so the user and the kernel forms are the
 * same. Reading goes through the host kernel (process_vm_readv): a bad address is EFAULT and the target is zeroed.
 */
#define _GNU_SOURCE
#include "fault.h"
#include "native.h"

#include <ctype.h>
#include <limits.h>
#include <string.h>

#define PAGE 4096

static long probe_read(void *to, uint32_t size, uint64_t from)
{
	if (skep_copy_in(to, from, size))
		return 0;
	memset(to, 0, size);
	return -EFAULT;
}

/* Copies up to a NUL, page by page since a string may end just before memory that is not there; what is behind the
 * NUL stays as it is. Returns the length with the NUL, which is always there; -EFAULT and zeroes when not all of it
 * could be read. */
static long probe_read_str(char *to, uint32_t size, uint64_t from)
{
	char room[PAGE];
	uint32_t done = 0;

	while (done < size) {
		uint32_t step = PAGE - (from + done) % PAGE;
		if (step > size - done)
			step = size - done;
		if (!skep_copy_in(room, from + done, step)) {
			memset(to, 0, size);
			return -EFAULT;
		}
		char *nul = memchr(room, 0, step);
		if (nul) {
			memcpy(to + done, room, nul - room + 1);
			return done + (nul - room) + 1;
		}
		memcpy(to + done, room, step);
		done += step;
	}
	if (size)
		to[size - 1] = 0;
	return size;
}

#define WORD 8

/* From user space Linux copies by words: what is behind the NUL in its word becomes zero. */
static long probe_read_user_str(char *to, uint32_t size, uint64_t from)
{
	long got = probe_read_str(to, size, from), end = round_up(got, WORD);

	if (got > 0 && end <= size)
		memset(to + got, 0, end - got);
	return got;
}

#define USER_END ((1ull << 47) - PAGE)

/* What the kernel's own forms say of a bad address: whether it could be one of the kernel's, the upper half of the
 * canonical ones. They ask that of no bytes as well; objects of the userspace kernel are in the lower half. */
static long of_kernel(long result, uint32_t size, uint64_t from)
{
	uint8_t byte;
	bool bad = size ? result == -EFAULT : !skep_copy_in(&byte, from, 1);

	return bad && from >> 47 != 0x1ffff ? -ERANGE : result;
}

static long of_user(long result, uint32_t size, uint64_t from)
{
	return !size && from >= USER_END ? -EFAULT : result;
}

/* The old forms take any address: of the user, or else of the kernel. */
static long of_either(long result, uint32_t size, uint64_t from)
{
	return from >= USER_END ? of_kernel(result, size, from) : result;
}

#define PROBE_READ(name, of) \
	SKEP_HELPER(name) { return of(probe_read((void *)r1, r2, r3), r2, r3); }
#define PROBE_READ_STR(name, read, of) \
	SKEP_HELPER(name) { return (uint32_t)r2 ? of(read((char *)r1, r2, r3), r2, r3) : 0; }

PROBE_READ(bpf_probe_read, of_either)
PROBE_READ(bpf_probe_read_user, of_user)
PROBE_READ(bpf_probe_read_kernel, of_kernel)
PROBE_READ_STR(bpf_probe_read_str, probe_read_str, of_either)
PROBE_READ_STR(bpf_probe_read_user_str, probe_read_user_str, of_user)
PROBE_READ_STR(bpf_probe_read_kernel_str, probe_read_str, of_kernel)

SKEP_HELPER(bpf_copy_from_user)
{
	return probe_read((void *)r1, r2, r3);
}

static bool copy_out(uint64_t to, const void *from, size_t size)
{
	struct iovec local = { (void *)from, size }, remote = { (void *)to, size };

	return !size || process_vm_writev(getpid(), &local, 1, &remote, 1, 0) == (ssize_t)size;
}

SKEP_HELPER(bpf_probe_write_user)
{
	return copy_out(r1, (const void *)r2, (uint32_t)r3) ? 0 : -EFAULT;
}

/* All tasks live in this process. */
SKEP_HELPER(bpf_copy_from_user_task)
{
	return r5 ? -EINVAL : probe_read((void *)r1, r2, r3);
}

SKEP_HELPER(bpf_strncmp)
{
	int order = strncmp((const char *)r1, (const char *)r3, (uint32_t)r2);

	return (order > 0) - (order < 0);
}

/* ── numbers in text ── */

struct number {
	bool negative;
	uint64_t value;
	uint32_t consumed;
};

static uint32_t digit_value(char c)
{
	return isdigit((unsigned char)c) ? c - '0' : isalpha((unsigned char)c) ? (c | 32) - 'a' + 10 : 99;
}

/* White space, a sign, a prefix that says the base where none is given, and as many digits as there are. */
static long parse_number(const char *text, uint32_t size, uint64_t flags, struct number *out)
{
	uint32_t base = flags & 31, at = 0;

	if (!text || !size || flags & ~31ull || (base && base != 8 && base != 10 && base != 16))
		return -EINVAL;
	while (at < size && isspace((unsigned char)text[at]))
		at++;
	out->negative = at < size && text[at] == '-';
	at += out->negative;
	if (at >= size)
		return -EINVAL;
	bool zero = text[at] == '0', prefix = zero && at + 1 < size && (text[at + 1] | 32) == 'x';
	if (!base)
		base = prefix && at + 2 < size && digit_value(text[at + 2]) < 16 ? 16 : zero ? 8 : 10;
	if (base == 16 && prefix)
		at += 2;
	uint32_t first = at;
	for (out->value = 0; at < size && digit_value(text[at]) < base; at++)
		if (__builtin_mul_overflow(out->value, base, &out->value) ||
		    __builtin_add_overflow(out->value, digit_value(text[at]), &out->value))
			return -ERANGE;
	if (at == first)
		return -EINVAL;
	out->consumed = at;
	return 0;
}

SKEP_HELPER(bpf_strtol)
{
	struct number number;
	long err = parse_number((const char *)r1, r2, r3, &number);

	*(int64_t *)r4 = 0;
	if (err)
		return err;
	if (number.value > (uint64_t)LONG_MAX + number.negative)
		return -ERANGE;
	*(int64_t *)r4 = number.negative ? -number.value : number.value;
	return number.consumed;
}

SKEP_HELPER(bpf_strtoul)
{
	struct number number;
	long err = parse_number((const char *)r1, r2, r3, &number);

	*(uint64_t *)r4 = 0;
	if (err)
		return err;
	if (number.negative)
		return -EINVAL;
	*(uint64_t *)r4 = number.value;
	return number.consumed;
}

const struct skep_symbol skep_memory_symbols[] = {
	SKEP_SYMBOL(bpf_probe_read),          SKEP_SYMBOL(bpf_probe_read_user),
	SKEP_SYMBOL(bpf_probe_read_kernel),   SKEP_SYMBOL(bpf_copy_from_user),
	SKEP_SYMBOL(bpf_probe_read_str),      SKEP_SYMBOL(bpf_probe_read_user_str),
	SKEP_SYMBOL(bpf_probe_read_kernel_str), SKEP_SYMBOL(bpf_strncmp),
	SKEP_SYMBOL(bpf_probe_write_user),      SKEP_SYMBOL(bpf_copy_from_user_task),
	SKEP_SYMBOL(bpf_strtol),              SKEP_SYMBOL(bpf_strtoul),
	{ NULL },
};
