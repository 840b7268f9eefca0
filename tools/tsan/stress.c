/* Maps under many threads, for a build with -fsanitize=thread: `make tsan`.
 *
 * The runtime's files are linked in whole, without Python: nothing here calls what needs it. Each thread is a virtual
 * CPU. It works on one map of each kind with random operations, as programs and as bpf(2) do, and checks what must hold
 * whatever the others do. A race that the sanitiser sees is printed and makes the exit status 66.
 */
#include "cpu.h"
#include "native.h"
#include "object.h"
#include "ring.h"
#include "timer.h"
#include "uapi.h"

#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BPF_ANY 0
enum { CPUS = 4, KEYS = 48, RECORD = 24 };

skep_helper_fn bpf_ringbuf_reserve, bpf_ringbuf_submit, bpf_ringbuf_discard, bpf_ringbuf_query, bpf_task_storage_get,
	bpf_task_storage_delete;

static struct skep_kernel kernel;
static unsigned rounds = 20000;

struct kind {
	const char *name;
	uint32_t type, key_size, value_size, max_entries, flags;
	skep_map_new_fn *make;
	void (*work)(struct skep_map *, struct skep_run *, uint64_t random);
};

static uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	return *state ^= *state << 17;
}

/* Keys are their own values, so that a value under the wrong key is seen. */
static void keyed(struct skep_map *map, struct skep_run *run, uint64_t random)
{
	uint64_t key[2] = { random % KEYS, 0 }, value[2] = { key[0], 0 }, many[2 * CPUS] = { 0 }, next[2];

	switch (random >> 32 & 7) {
	case 0: case 1: {
		uint64_t *found = map->ops->lookup(map, key, run);
		if (found)
			assert(__atomic_load_n(found, __ATOMIC_RELAXED) < KEYS);
		break;
	}
	case 2: case 3:
		map->ops->update(map, key, value, BPF_ANY, run);
		break;
	case 4:
		map->ops->delete(map, key, run);
		break;
	case 5:
		map->ops->sys_lookup(map, key, many);
		break;
	case 6:
		for (int i = 0; i < 2 * CPUS; i++)
			many[i] = key[0];
		map->ops->sys_update(map, key, many, BPF_ANY);
		break;
	default:
		map->ops->next_key(map, key, next);
	}
}

static void prefixed(struct skep_map *map, struct skep_run *run, uint64_t random)
{
	struct { uint32_t length; uint8_t address[4]; } key = { random % 33, { 10, random >> 8 & 7, random >> 16 & 3, 0 } };
	uint64_t value = 1;

	if (random >> 32 & 1)
		map->ops->lookup(map, &key, run);
	else if (random >> 33 & 1)
		map->ops->update(map, &key, &value, BPF_ANY, run);
	else
		map->ops->delete(map, &key, run);
}

static void keyless(struct skep_map *map, struct skep_run *run, uint64_t random)
{
	uint64_t value = random % KEYS;

	if (random >> 32 & 1)
		map->ops->push(map, &value, random >> 33 & 1 ? BPF_EXIST : BPF_ANY);
	else if (map->ops->pop && random >> 34 & 1)
		map->ops->pop(map, &value);
	else
		map->ops->peek(map, &value);
}

/* All produce; the first CPU's thread consumes too. Records come whole. */
static void ringed(struct skep_map *map, struct skep_run *run, uint64_t random)
{
	struct ring_map *ring = (struct ring_map *)map;

	if (run->cpu == 0 && random & 3) {
		uint64_t at = __atomic_load_n(ring->consumer, __ATOMIC_ACQUIRE);
		if (at == __atomic_load_n(ring->producer, __ATOMIC_ACQUIRE))
			return;
		struct ring_header *header = (struct ring_header *)(ring->data + (at & ring->mask));
		uint32_t word = __atomic_load_n(&header->size, __ATOMIC_ACQUIRE);
		if (word & RING_BUSY)
			return;
		uint64_t *record = (uint64_t *)(header + 1);
		assert(word & RING_DISCARD || (record[0] == record[1] && record[1] == record[2]));
		__atomic_store_n(ring->consumer, at + round_up(RECORD + sizeof(*header), 8), __ATOMIC_RELEASE);
		return;
	}
	uint64_t *record = (uint64_t *)bpf_ringbuf_reserve((uintptr_t)map, RECORD, 0, 0, 0, run);
	if (!record)
		return;
	record[0] = record[1] = record[2] = random;
	if (random >> 40 & 7)
		bpf_ringbuf_submit((uintptr_t)record, BPF_RB_NO_WAKEUP, 0, 0, 0, run);
	else
		bpf_ringbuf_discard((uintptr_t)record, BPF_RB_NO_WAKEUP, 0, 0, 0, run);
	bpf_ringbuf_query((uintptr_t)map, random % 4, 0, 0, 0, run);
}

static void slotted(struct skep_map *map, struct skep_run *run, uint64_t random)
{
	static uint64_t objects[KEYS];
	uint32_t key = random % KEYS;

	if (random >> 32 & 1)
		map->ops->lookup(map, &key, run);
	else if (random >> 33 & 1)
		map->ops->update(map, &key, &objects[key], BPF_ANY, run);
	else
		map->ops->delete(map, &key, run);
}

static void owned(struct skep_map *map, struct skep_run *run, uint64_t random)
{
	uint64_t owner = 64 + random % KEYS;

	if (random >> 32 & 3)
		assert(bpf_task_storage_get((uintptr_t)map, owner, 0, 1, 0, run) || map->max_entries < KEYS);
	else
		bpf_task_storage_delete((uintptr_t)map, owner, 0, 0, 0, run);
}

static const struct kind kinds[] = {
	{ "array", BPF_MAP_TYPE_ARRAY, 4, 8, KEYS, 0, skep_array_new, keyed },
	{ "percpu_array", BPF_MAP_TYPE_PERCPU_ARRAY, 4, 8, KEYS, 0, skep_percpu_array_new, keyed },
	{ "hash", BPF_MAP_TYPE_HASH, 8, 8, KEYS, 0, skep_hash_new, keyed },
	{ "full hash", BPF_MAP_TYPE_HASH, 16, 8, KEYS / 3, 0, skep_hash_new, keyed },
	{ "percpu_hash", BPF_MAP_TYPE_PERCPU_HASH, 8, 8, KEYS / 2, 0, skep_hash_new, keyed },
	{ "lru_hash", BPF_MAP_TYPE_LRU_HASH, 8, 8, KEYS / 2, 0, skep_hash_new, keyed },
	{ "lru_hash with lists for each CPU", BPF_MAP_TYPE_LRU_HASH, 8, 8, KEYS / 2, BPF_F_NO_COMMON_LRU, skep_hash_new, keyed },
	{ "lru_percpu_hash", BPF_MAP_TYPE_LRU_PERCPU_HASH, 8, 8, KEYS / 2, 0, skep_hash_new, keyed },
	{ "lpm_trie", BPF_MAP_TYPE_LPM_TRIE, 8, 8, KEYS, 1, skep_lpm_new, prefixed },
	{ "queue", BPF_MAP_TYPE_QUEUE, 0, 8, 5, 0, skep_queue_new, keyless },
	{ "stack", BPF_MAP_TYPE_STACK, 0, 8, 5, 0, skep_queue_new, keyless },
	{ "bloom_filter", BPF_MAP_TYPE_BLOOM_FILTER, 0, 8, 100, 0, skep_bloom_new, keyless },
	{ "ringbuf", BPF_MAP_TYPE_RINGBUF, 0, 0, 4096, 0, skep_ring_new, ringed },
	{ "sockmap", BPF_MAP_TYPE_SOCKMAP, 4, 8, KEYS, 0, skep_slots_new, slotted },
	{ "task_storage", BPF_MAP_TYPE_TASK_STORAGE, 8, 16, 1000, 0, skep_hash_new, owned },
};

struct job {
	const struct kind *kind;
	struct skep_map *map;
	uint32_t cpu;
};

static void *thread(void *argument)
{
	struct job *job = argument;
	uint64_t random = 0x9e3779b97f4a7c15 * (job->cpu + 1);
	struct skep_run run = { .kernel = &kernel };

	for (unsigned i = 0; i < rounds; i++) {
		run.cpu = skep_cpu_enter(&kernel, job->cpu);
		job->kind->work(job->map, &run, next_random(&random));
		skep_cpu_leave(&kernel, run.cpu);
	}
	return NULL;
}

static void stress(const struct kind *kind)
{
	struct skep_map wanted = { .type = kind->type, .key_size = kind->key_size, .value_size = kind->value_size,
				   .max_entries = kind->max_entries, .flags = kind->flags, .kernel = &kernel,
				   .ncpus = CPUS, .random = 1 };
	struct job jobs[CPUS];
	pthread_t threads[CPUS];
	long err = 0;
	struct skep_map *map = kind->make(&wanted, &err);

	assert(map);
	for (uint32_t cpu = 0; cpu < CPUS; cpu++) {
		jobs[cpu] = (struct job){ kind, map, cpu };
		assert(!pthread_create(&threads[cpu], NULL, thread, &jobs[cpu]));
	}
	for (uint32_t cpu = 0; cpu < CPUS; cpu++)
		pthread_join(threads[cpu], NULL);
	map->ops->free(map);
	printf("%s: %u operations\n", kind->name, CPUS * rounds);
}

int main(int argc, char **argv)
{
	if (argc > 1)
		rounds = strtoul(argv[1], NULL, 10);
	kernel.ncpus = CPUS;
	kernel.cpus = skep_pages(CPUS * sizeof(struct skep_cpu));
	kernel.objects = skep_objects_start(CPUS);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (argc < 3 || !strcmp(argv[2], kinds[i].name))
			stress(&kinds[i]);
	return 0;
}
