// Ciphers: a program of type syscall makes them, one on packets uses them; numbers that are the same on all engines.
#include <vmlinux.h>
#include <bpf/bpf_helpers.h>

struct params { char type[14]; u8 reserved[2]; char algo[128]; u8 key[256]; u32 key_len; u32 authsize; };
struct bpf_crypto_ctx { int dummy; } __attribute__((preserve_access_index));
#define ANY __weak __ksym
extern struct bpf_crypto_ctx *bpf_crypto_ctx_create(const struct params *params, u32 params__sz, int *err) ANY;
extern void bpf_crypto_ctx_release(struct bpf_crypto_ctx *ctx) ANY;
extern int bpf_crypto_encrypt(struct bpf_crypto_ctx *ctx, const struct bpf_dynptr *src, const struct bpf_dynptr *dst,
			      const struct bpf_dynptr *siv) ANY;
extern int bpf_crypto_decrypt(struct bpf_crypto_ctx *ctx, const struct bpf_dynptr *src, const struct bpf_dynptr *dst,
			      const struct bpf_dynptr *siv) ANY;
extern void bpf_rcu_read_lock(void) ANY;
extern void bpf_rcu_read_unlock(void) ANY;

struct held { struct bpf_crypto_ctx __kptr *ctx; };
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct held);
} ctxs SEC(".maps");

struct params params;
u8 text[64], sealed[64], opened[64], vector[16];
u32 size = 32, vector_size, use_other_text;

SEC("syscall") int makes(void *ctx)
{
	struct bpf_crypto_ctx *made, *old;
	struct held *held;
	u32 key = 0;
	int error = 0;
	made = bpf_crypto_ctx_create(&params, sizeof(params), &error);
	if (!made)
		return error;
	held = bpf_map_lookup_elem(&ctxs, &key);
	if (!held) {
		bpf_crypto_ctx_release(made);
		return 1;
	}
	old = bpf_kptr_xchg(&held->ctx, made);
	if (old)
		bpf_crypto_ctx_release(old);
	return 0;
}

static __always_inline int crypt(int decrypt)
{
	struct bpf_dynptr from, to, iv;
	struct bpf_crypto_ctx *ctx;
	struct held *held;
	u32 key = 0;
	int result;
	held = bpf_map_lookup_elem(&ctxs, &key);
	if (!held)
		return 1;
	bpf_dynptr_from_mem(decrypt ? sealed : text, size & 63, 0, &from);
	bpf_dynptr_from_mem(decrypt ? opened : sealed, sizeof(sealed), 0, &to);
	bpf_dynptr_from_mem(vector, vector_size & 31 ? 16 : 0, 0, &iv);
	bpf_rcu_read_lock();
	ctx = held->ctx;
	if (!ctx)
		result = 2;
	else if (decrypt)
		result = bpf_crypto_decrypt(ctx, &from, &to, &iv);
	else
		result = bpf_crypto_encrypt(ctx, &from, &to, &iv);
	bpf_rcu_read_unlock();
	return result;
}

SEC("tc") int encrypts(struct __sk_buff *skb) { return crypt(0); }
SEC("tc") int decrypts(struct __sk_buff *skb) { return crypt(1); }

char LICENSE[] SEC("license") = "GPL";
