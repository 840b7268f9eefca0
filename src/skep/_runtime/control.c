/* What compiled programs ask of the runtime on their way: loads that may meet nothing, more iterations of may_goto,
 * and exceptions.
 */
#define _GNU_SOURCE
#include "fault.h"
#include "native.h"
#include "pause.h"

#include <setjmp.h>
#include <time.h>

/* (address, size) -> what is there, zero-extended; 0 where nothing is. */
SKEP_HELPER(skep_probe_load)
{
	uint64_t value = 0;

	if (r1 < 4096 || !skep_copy_in(&value, r1, r2))
		return 0;
	return value;
}

#define TIME_LIMIT 250000000 /* of one function's may_goto, in nanoseconds */
#define COUNT_LIMIT 127      /* the same without time: rounds of 65,536 iterations, BPF_MAX_LOOPS in all */

#define ROUND 65535           /* iterations between two questions */

/* How many iterations a function's may_goto has before it asks for more. */
SKEP_HELPER(skep_may_goto_begin)
{
	return skep_loop_ends(run) ? 0 : ROUND;
}

/* (what this returned last, at first 0) -> not 0 if the function may go on for another round. When the clock stands
 * still, rounds are counted, so that a run can be repeated exactly. */
SKEP_HELPER(skep_may_goto)
{
	struct timespec now;

	if (run && skep_run_ask(run))
		return 0;
	if (!run || !run->kernel || run->kernel->clock_stopped)
		return r1 < COUNT_LIMIT ? r1 + 1 : 0;
	clock_gettime(CLOCK_MONOTONIC, &now);
	uint64_t ns = (uint64_t)now.tv_sec * 1000000000 + now.tv_nsec;
	if (!r1)
		return ns;
	return ns - r1 < TIME_LIMIT ? r1 : 0;
}

/* The innermost program that an exception ends. */
struct skep_catcher {
	struct skep_catcher *outer;
	uint64_t cookie;
	jmp_buf place;
};

/* (context, program, callback or 0): runs the program; what it throws goes to the callback, or is the result. */
SKEP_HELPER(skep_catch)
{
	struct skep_catcher catcher = { .outer = run->catcher };
	uint64_t result;

	if (_setjmp(catcher.place)) {
		run->catcher = catcher.outer;
		return r3 ? ((skep_fn)r3)(catcher.cookie, 0, 0, 0, 0, run) : catcher.cookie;
	}
	run->catcher = &catcher;
	result = ((skep_fn)r2)(r1, 0, 0, 0, 0, run);
	run->catcher = catcher.outer;
	return result;
}

/* Only programs within skep_catch call it. */
SKEP_HELPER(bpf_throw)
{
	run->catcher->cookie = r1;
	_longjmp(run->catcher->place, 1);
}

const struct skep_symbol skep_control_symbols[] = {
	SKEP_SYMBOL(skep_probe_load),
	SKEP_SYMBOL(skep_may_goto_begin),
	SKEP_SYMBOL(skep_may_goto),
	SKEP_SYMBOL(skep_catch),
	SKEP_SYMBOL(bpf_throw),
	{ NULL },
};
