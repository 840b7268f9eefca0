/* Reading memory that may not be there: the host kernel copies, and stops at the first page that is missing. */
#ifndef SKEP_FAULT_H
#define SKEP_FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>
#include <unistd.h>

static inline bool skep_copy_in(void *to, uint64_t from, size_t size)
{
	struct iovec local = { to, size }, remote = { (void *)(uintptr_t)from, size };

	return !size || process_vm_readv(getpid(), &local, 1, &remote, 1, 0) == (ssize_t)size;
}

#endif
