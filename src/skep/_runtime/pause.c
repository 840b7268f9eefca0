/* Asking, on behalf of a run that takes long, whether it should go on. See pause.h. */
#define _GNU_SOURCE
#include "native.h"
#include "pause.h"

#include <time.h>

#define SIGNALS_EVERY 20000000 /* nanoseconds between two looks at signals, which need the interpreter lock */

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* Runs the handlers of signals; what one raises is kept until the run is over, for its helpers may be Python's. */
static bool is_interrupted(struct skep_run *run)
{
	PyGILState_STATE state = PyGILState_Ensure();
	bool raised = PyErr_CheckSignals() < 0;

	if (raised)
		PyErr_Fetch((PyObject **)&run->failure[0], (PyObject **)&run->failure[1], (PyObject **)&run->failure[2]);
	PyGILState_Release(state);
	return raised;
}

static enum skep_stop reason(struct skep_run *run, uint64_t now)
{
	uint64_t limit = run->kernel->run_limit_ns;

	if (run->wanted && __atomic_load_n(run->wanted, __ATOMIC_RELAXED))
		return SKEP_STOP_WANTED;
	if (limit && now - run->since > limit)
		return SKEP_STOP_TIME;
	/* With a lock held: someone who has the interpreter lock may wait for it. */
	if (!run->answers || run->locks || now - run->asked < SIGNALS_EVERY)
		return SKEP_GO_ON;
	run->asked = now;
	return is_interrupted(run) ? SKEP_STOP_SIGNAL : SKEP_GO_ON;
}

bool skep_run_ask(struct skep_run *run)
{
	if (run->stop || !run->kernel)
		return run->stop;
	uint64_t now = now_ns();
	if (!run->since)
		run->since = run->asked = now;
	run->stop = reason(run, now);
	return run->stop;
}

bool skep_run_raise(struct skep_run *run)
{
	switch ((enum skep_stop)run->stop) {
	case SKEP_STOP_SIGNAL:
		PyErr_Restore(run->failure[0], run->failure[1], run->failure[2]);
		return true;
	case SKEP_STOP_TIME:
		skep_raise(-ETIMEDOUT);
		return true;
	case SKEP_STOP_WANTED:
		skep_raise(-EINTR);
		return true;
	case SKEP_STOP_FAILED: /* the failure is where the body is */
	case SKEP_GO_ON:
		return false;
	}
	return false;
}
