// Kernel functions and what else needs native support: each program returns a number that is the same on all engines.
#include <vmlinux.h>
#include <bpf/bpf_helpers.h>

struct bpf_res_spin_lock { __u32 val; };
extern int bpf_iter_bits_new(struct bpf_iter_bits *it, const __u64 *bits, __u32 words) __weak __ksym;
extern int *bpf_iter_bits_next(struct bpf_iter_bits *it) __weak __ksym;
extern void bpf_iter_bits_destroy(struct bpf_iter_bits *it) __weak __ksym;
extern void bpf_throw(__u64 cookie) __weak __ksym;
extern int bpf_strcmp(const char *a, const char *b) __weak __ksym;
extern int bpf_strcasecmp(const char *a, const char *b) __weak __ksym;
extern int bpf_strchr(const char *s, char c) __weak __ksym;
extern int bpf_strnchr(const char *s, __u64 count, char c) __weak __ksym;
extern int bpf_strchrnul(const char *s, char c) __weak __ksym;
extern int bpf_strrchr(const char *s, int c) __weak __ksym;
extern int bpf_strlen(const char *s) __weak __ksym;
extern int bpf_strnlen(const char *s, __u64 count) __weak __ksym;
extern int bpf_strspn(const char *s, const char *accept) __weak __ksym;
extern int bpf_strcspn(const char *s, const char *reject) __weak __ksym;
extern int bpf_strstr(const char *a, const char *b) __weak __ksym;
extern int bpf_strnstr(const char *a, const char *b, __u64 len) __weak __ksym;
extern void bpf_rcu_read_lock(void) __weak __ksym;
extern void bpf_rcu_read_unlock(void) __weak __ksym;
extern void bpf_preempt_disable(void) __weak __ksym;
extern void bpf_preempt_enable(void) __weak __ksym;
extern void bpf_local_irq_save(unsigned long *flags) __weak __ksym;
extern void bpf_local_irq_restore(unsigned long *flags) __weak __ksym;
extern int bpf_res_spin_lock(struct bpf_res_spin_lock *lock) __weak __ksym;
extern void bpf_res_spin_unlock(struct bpf_res_spin_lock *lock) __weak __ksym;

#define PROGRAM(name) SEC("syscall") int name(void *ctx)

__u64 words[4] = { 0x8000000000000005, 0, 0x10, 1 };
char hello[64] = "Hello, hive";
char other[64] = "hello, hive";
char part[8] = "hi";
char empty[8] = "";
char no_end[70000];

PROGRAM(numbers) {
	int sum = 0, *i;
	struct bpf_iter_num it;
	bpf_iter_num_new(&it, 3, 10);
	while ((i = bpf_iter_num_next(&it)))
		sum = sum * 3 + *i;
	bpf_iter_num_destroy(&it);
	return sum;
}

PROGRAM(numbers_backwards) {
	struct bpf_iter_num it;
	int err = bpf_iter_num_new(&it, 10, 3);
	bpf_iter_num_destroy(&it);
	return err;
}

PROGRAM(too_many_numbers) {
	struct bpf_iter_num it;
	int err = bpf_iter_num_new(&it, 0, 8388609);
	bpf_iter_num_destroy(&it);
	return err;
}

PROGRAM(numbers_from_the_smallest) {
	struct bpf_iter_num it;
	int sum = 0, *i;
	bpf_iter_num_new(&it, -2147483648, -2147483645);
	while ((i = bpf_iter_num_next(&it)))
		sum += *i & 15;
	bpf_iter_num_destroy(&it);
	return sum + 100;
}

static __always_inline int bits(const __u64 *where, __u32 count) {
	struct bpf_iter_bits it;
	int sum = 0, *i, err = bpf_iter_bits_new(&it, where, count);
	while ((i = bpf_iter_bits_next(&it)))
		sum = sum * 5 + *i;
	bpf_iter_bits_destroy(&it);
	return err ? err : sum;
}
PROGRAM(bits_of_one_word) { return bits(words, 1); }
PROGRAM(bits_of_four_words) { return bits(words, 4); }
PROGRAM(bits_of_no_word) { return bits(words, 0); }
PROGRAM(bits_of_too_many_words) { return bits(words, 512); }
PROGRAM(bits_of_nothing) { return bits((void *)0, 1); }

static __noinline int throw_if(int value, int limit) {
	if (value > limit)
		bpf_throw(value);
	return value * 2;
}

PROGRAM(throws_from_a_function) { return throw_if(7, 5) + 1; }
PROGRAM(throws_not) { return throw_if(5, 5) + 1; }

__noinline int on_throw(__u64 cookie) { return cookie + 1000; }
SEC("syscall") __attribute__((btf_decl_tag("exception_callback:on_throw")))
int throws_to_a_callback(void *ctx) { bpf_throw(23); return 1; }

PROGRAM(compares_equal) { return bpf_strcmp(hello, hello); }
PROGRAM(compares_less) { return bpf_strcmp(hello, other); }
PROGRAM(compares_greater) { return bpf_strcmp(other, hello); }
PROGRAM(compares_without_case) { return bpf_strcasecmp(other, hello); }
PROGRAM(compares_null) { return bpf_strcmp(hello, 0); }
PROGRAM(compares_user_memory) { return bpf_strcmp(hello, (char *)4096); }
PROGRAM(compares_a_bad_address) { return bpf_strcmp(hello, (char *)-1); }
PROGRAM(compares_endless) { return bpf_strcmp(no_end, no_end); }
PROGRAM(finds_a_byte) { return bpf_strchr(hello, 'v'); }
PROGRAM(finds_the_end) { return bpf_strchr(hello, 0); }
PROGRAM(finds_no_byte) { return bpf_strchr(hello, 'z'); }
PROGRAM(finds_a_byte_in_the_first) { return bpf_strnchr(hello, 9, 'v'); }
PROGRAM(finds_a_byte_or_the_end) { return bpf_strchrnul(hello, 'z'); }
PROGRAM(finds_a_byte_from_the_end) { return bpf_strrchr(hello, 'l'); }
PROGRAM(length_of) { return bpf_strlen(hello); }
PROGRAM(length_up_to) { return bpf_strnlen(hello, 5); }
PROGRAM(length_of_endless) { return bpf_strlen(no_end); }
PROGRAM(length_of_a_bad_address) { return bpf_strlen((char *)-1); }
PROGRAM(spans) { return bpf_strspn(hello, "leH"); }
PROGRAM(spans_not) { return bpf_strcspn(hello, part); }
PROGRAM(finds_text) { return bpf_strstr(hello, part); }
PROGRAM(finds_no_text) { return bpf_strstr(part, hello); }
PROGRAM(finds_empty_text) { return bpf_strstr(hello, empty); }
PROGRAM(finds_text_within) { return bpf_strnstr(hello, part, 9); }
PROGRAM(finds_text_beyond) { return bpf_strnstr(hello, part, 8); }

PROGRAM(sections) {
	unsigned long flags;
	bpf_rcu_read_lock();
	bpf_preempt_disable();
	bpf_local_irq_save(&flags);
	bpf_local_irq_restore(&flags);
	bpf_preempt_enable();
	bpf_rcu_read_unlock();
	return 3;
}

struct locked { struct bpf_res_spin_lock lock; int number; };
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct locked);
} first SEC(".maps"), second SEC(".maps");

PROGRAM(resilient_locks) {
	__u32 key = 0;
	struct locked *a = bpf_map_lookup_elem(&first, &key), *b;
	b = bpf_map_lookup_elem(&second, &key);
	if (!a || !b || bpf_res_spin_lock(&a->lock))
		return 1;
	if (bpf_res_spin_lock(&b->lock)) {
		bpf_res_spin_unlock(&a->lock);
		return 2;
	}
	a->number += 5;
	bpf_res_spin_unlock(&b->lock);
	bpf_res_spin_unlock(&a->lock);
	return a->number;
}

PROGRAM(a_resilient_lock_taken_twice) {
	__u32 key = 0;
	struct locked *a = bpf_map_lookup_elem(&first, &key), *b;
	int err;
	b = bpf_map_lookup_elem(&first, &key);
	if (!a || !b || bpf_res_spin_lock(&a->lock))
		return 1;
	err = bpf_res_spin_lock(&b->lock);
	if (!err)
		bpf_res_spin_unlock(&b->lock);
	bpf_res_spin_unlock(&a->lock);
	return err;
}

static __noinline int f8(int x) { return x + words[x & 3]; }
static __noinline int f7(int x) { return f8(x) + 1; }
static __noinline int f6(int x) { return f7(x) * 3; }
static __noinline int f5(int x) { return f6(x) + 1; }
static __noinline int f4(int x) { return f5(x) * 3; }
static __noinline int f3(int x) { return f4(x) + 1; }
static __noinline int f2(int x) { return f3(x) * 3; }
PROGRAM(eight_frames) { return f2(bpf_get_smp_processor_id() * 0 + 3); }

char LICENSE[] SEC("license") = "GPL";
