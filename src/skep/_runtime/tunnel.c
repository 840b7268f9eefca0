/* Tunnel metadata of socket buffers: what a tunnel device in collect-metadata mode took off or is to put on.
 *
 * As in Linux there is one place for it on each CPU, so it holds for the packet that the CPU works on.
 */
#include "native.h"
#include "packet.h"
#include "uapi.h"

/* struct bpf_tunnel_key. Older programs know only its beginning. */
struct tunnel_key {
	uint32_t id;
	uint32_t remote[4];
	uint8_t tos, ttl;
	uint16_t ext; /* or the flags, in network order */
	uint32_t label;
	uint32_t local[4];
};

#define OLD_SIZE_V4 offsetof(struct tunnel_key, remote[1])
#define OLD_SIZES(size)                                                                                   \
	((size) == offsetof(struct tunnel_key, ext) || (size) == offsetof(struct tunnel_key, label) || \
	 (size) == offsetof(struct tunnel_key, local))

/* Flags of tunnel keys (linux/if_tunnel.h), host order. */
enum {
	TUNNEL_CSUM = 0x01,
	TUNNEL_KEY = 0x04,
	TUNNEL_SEQ = 0x08,
	TUNNEL_DONT_FRAGMENT = 0x0100,
	TUNNEL_OPTIONS = 0x0800 | 0x1000 | 0x4000 | 0x8000, /* Geneve, VXLAN, ERSPAN, GTP */
	TUNNEL_NOCACHE = 0x2000,
};

#define OPTIONS_MAX 255
#define FLOW_LABEL_MASK 0xfffff

static long fail(void *out, uint32_t size, long err)
{
	memset(out, 0, size);
	return err;
}

SKEP_HELPER(bpf_skb_get_tunnel_key)
{
	const struct skep_tunnel *tunnel = ((const struct skep_sk_buff *)r1)->tunnel;
	struct tunnel_key key = { 0 };
	uint32_t size = r3;
	bool v6 = r4 & BPF_F_TUNINFO_IPV6;

	if (!tunnel || r4 & ~(uint64_t)(BPF_F_TUNINFO_IPV6 | BPF_F_TUNINFO_FLAGS))
		return fail((void *)r2, size, -EINVAL);
	if (tunnel->v6 != v6)
		return fail((void *)r2, size, -EPROTO);
	if (size != sizeof(key) && !OLD_SIZES(size) && !(size == OLD_SIZE_V4 && !v6))
		return fail((void *)r2, size, -EINVAL);
	key.id = tunnel->id;
	key.tos = tunnel->tos;
	key.ttl = tunnel->ttl;
	key.ext = r4 & BPF_F_TUNINFO_FLAGS ? BE16((uint16_t)tunnel->flags) : 0;
	memcpy(key.remote, tunnel->source, v6 ? 16 : 4);
	memcpy(key.local, tunnel->destination, v6 ? 16 : 4);
	key.label = v6 ? tunnel->label : 0;
	memcpy((void *)r2, &key, size);
	return 0;
}

SKEP_HELPER(bpf_skb_set_tunnel_key)
{
	struct skep_tunnel *tunnel = &run->kernel->cpus[run->cpu].tunnel;
	struct tunnel_key key = { 0 };
	uint64_t flags = r4, known = BPF_F_TUNINFO_IPV6 | BPF_F_ZERO_CSUM_TX | BPF_F_DONT_FRAGMENT | BPF_F_SEQ_NUMBER |
				     BPF_F_NO_TUNNEL_KEY;
	uint32_t size = r3;
	bool v6 = flags & BPF_F_TUNINFO_IPV6;

	if (flags & ~known || (size != sizeof(key) && size != OLD_SIZE_V4 && !OLD_SIZES(size)))
		return -EINVAL;
	memcpy(&key, (const void *)r2, size);
	if ((!v6 && key.label) || key.ext)
		return -EINVAL;
	memset(tunnel, 0, sizeof(*tunnel));
	tunnel->v6 = v6;
	tunnel->id = key.id;
	tunnel->tos = key.tos;
	tunnel->ttl = key.ttl;
	tunnel->label = key.label & FLOW_LABEL_MASK;
	memcpy(tunnel->destination, key.remote, v6 ? 16 : 4);
	memcpy(tunnel->source, key.local, v6 ? 16 : 4);
	tunnel->flags = TUNNEL_NOCACHE | (flags & BPF_F_NO_TUNNEL_KEY ? 0 : TUNNEL_KEY) |
			(flags & BPF_F_ZERO_CSUM_TX ? 0 : TUNNEL_CSUM) |
			(flags & BPF_F_DONT_FRAGMENT ? TUNNEL_DONT_FRAGMENT : 0) |
			(flags & BPF_F_SEQ_NUMBER ? TUNNEL_SEQ : 0);
	((struct skep_sk_buff *)r1)->tunnel = tunnel;
	return 0;
}

SKEP_HELPER(bpf_skb_get_tunnel_opt)
{
	const struct skep_tunnel *tunnel = ((const struct skep_sk_buff *)r1)->tunnel;
	uint8_t *out = (uint8_t *)r2;
	uint32_t size = r3;

	if (!tunnel || !(tunnel->flags & TUNNEL_OPTIONS))
		return fail(out, size, -ENOENT);
	if (size < tunnel->options_len)
		return fail(out, size, -ENOMEM);
	memcpy(out, tunnel->options, tunnel->options_len);
	memset(out + tunnel->options_len, 0, size - tunnel->options_len);
	return tunnel->options_len;
}

SKEP_HELPER(bpf_skb_set_tunnel_opt)
{
	struct skep_tunnel *tunnel = ((struct skep_sk_buff *)r1)->tunnel;
	uint32_t size = r3;

	if (!tunnel || size & 3)
		return -EINVAL;
	if (size > OPTIONS_MAX)
		return -ENOMEM;
	memcpy(tunnel->options, (const void *)r2, size);
	tunnel->options_len = size;
	tunnel->flags |= TUNNEL_OPTIONS;
	return 0;
}

/* No packet came through IPsec. */
SKEP_HELPER(bpf_skb_get_xfrm_state)
{
	return fail((void *)r3, r4, -EINVAL);
}

const struct skep_symbol skep_tunnel_symbols[] = {
	SKEP_SYMBOL(bpf_skb_get_tunnel_key), SKEP_SYMBOL(bpf_skb_set_tunnel_key), SKEP_SYMBOL(bpf_skb_get_tunnel_opt),
	SKEP_SYMBOL(bpf_skb_set_tunnel_opt), SKEP_SYMBOL(bpf_skb_get_xfrm_state), { NULL },
};
