/* Preloaded: writes down each bpf(2) call that a loader makes, with what its attributes point to.
 *
 * A record goes to the descriptor that SKEP_CALLS names: command, result or -errno, sizes of attribute and
 * extras, attribute, extras. Extras of PROG_LOAD: instructions, license, func_info, line_info; of BTF_LOAD the data.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <linux/bpf.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { EXTRAS = 4 };

struct head {
	int32_t command, result;
	uint32_t attr_size, sizes[EXTRAS];
};

static int calls_fd(void)
{
	const char *text = getenv("SKEP_CALLS");

	return text ? atoi(text) : -1;
}

static void record(int command, const void *given, uint32_t size, int result)
{
	union bpf_attr whole = { 0 }, *attr = &whole; /* what a shorter one lacks is zero */
	struct head head = { command, result, size, { 0 } };
	struct iovec parts[2 + EXTRAS] = { { &head, sizeof(head) }, { (void *)given, size } };
	uint64_t from[EXTRAS] = { 0 };

	memcpy(&whole, given, size < sizeof(whole) ? size : sizeof(whole));
	if (command == BPF_PROG_LOAD) {
		from[0] = attr->insns, head.sizes[0] = attr->insn_cnt * 8;
		from[1] = attr->license, head.sizes[1] = attr->license ? strlen((char *)attr->license) : 0;
		from[2] = attr->func_info, head.sizes[2] = attr->func_info_cnt * attr->func_info_rec_size;
		from[3] = attr->line_info, head.sizes[3] = attr->line_info_cnt * attr->line_info_rec_size;
	} else if (command == BPF_BTF_LOAD) {
		from[0] = attr->btf, head.sizes[0] = attr->btf_size;
	}
	for (int i = 0; i < EXTRAS; i++)
		parts[2 + i] = (struct iovec){ (void *)from[i], head.sizes[i] };
	if (writev(calls_fd(), parts, 2 + EXTRAS) < 0)
		abort();
}

long syscall(long number, ...)
{
	static long (*real)(long, ...);
	long args[6];
	va_list list;

	va_start(list, number);
	for (int i = 0; i < 6; i++)
		args[i] = va_arg(list, long);
	va_end(list);
	if (!real)
		real = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
	long result = real(number, args[0], args[1], args[2], args[3], args[4], args[5]);
	int error = errno;
	int command = (int)args[0];

	if (number == SYS_bpf && calls_fd() >= 0 &&
	    (command == BPF_PROG_LOAD || command == BPF_MAP_CREATE || command == BPF_BTF_LOAD))
		record(command, (void *)args[1], (uint32_t)args[2], result < 0 ? -error : (int)result);
	errno = error;
	return result;
}
