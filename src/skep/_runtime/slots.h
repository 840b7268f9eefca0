/* Maps of kernel objects. See slots.c. */
#ifndef SKEP_SLOTS_H
#define SKEP_SLOTS_H

#include "runtime.h"

/* The update of maps of sockets by programs: `value` is the socket. */
long skep_socket_update(struct skep_map *map, const void *key, const void *value, uint64_t flags, struct skep_run *run);

#endif
