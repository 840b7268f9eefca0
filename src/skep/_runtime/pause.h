/* Runs that do not end.
 *
 * Every loop whose end the verifier does not know goes through the runtime: may_goto, iterators, loops over
 * callbacks. Each of these may end early as far as the verifier is concerned. So a run is stopped by ending its
 * loops: the program leaves by its own way, lets go of what it holds, and its result does not count.
 */
#ifndef SKEP_PAUSE_H
#define SKEP_PAUSE_H

#include "runtime.h"

/* Why a run's loops end. */
enum skep_stop {
	SKEP_GO_ON,
	SKEP_STOP_WANTED, /* who started it wants its end */
	SKEP_STOP_TIME,   /* it took longer than the kernel allows */
	SKEP_STOP_SIGNAL, /* a signal's handler raised something */
	SKEP_STOP_FAILED, /* a helper's body did */
};

/* Iterations between two questions. */
#define SKEP_ASK_EVERY 1024

/* Whether there is a reason to end; now and then that includes signals, for runs that answer to them. */
bool skep_run_ask(struct skep_run *run);

/* To be asked by each loop, once for each iteration. */
static inline bool skep_loop_ends(struct skep_run *run)
{
	if (unlikely(!run))
		return false;
	return unlikely(run->stop) || (unlikely(!(++run->ticks % SKEP_ASK_EVERY)) && skep_run_ask(run));
}

#endif
