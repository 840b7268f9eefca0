// SPDX-License-Identifier: Apache-2.0
// Written by tools/gen_headers.py; do not edit.
#ifndef __SKEP_LINUX_MPLS_H
#define __SKEP_LINUX_MPLS_H

#include <linux/types.h>

#ifndef __SKEP_TYPES_LINUX_MPLS_H
#define __SKEP_TYPES_LINUX_MPLS_H
struct mpls_label {
	__be32 entry;
};
enum {
	MPLS_STATS_UNSPEC = 0,
	MPLS_STATS_LINK = 1,
	__MPLS_STATS_MAX = 2,
};
#endif

#define MPLS_LS_LABEL_MASK 0xFFFFF000
#define MPLS_LS_LABEL_SHIFT 12
#define MPLS_LS_TC_MASK 0x00000E00
#define MPLS_LS_TC_SHIFT 9
#define MPLS_LS_S_MASK 0x00000100
#define MPLS_LS_S_SHIFT 8
#define MPLS_LS_TTL_MASK 0x000000FF
#define MPLS_LS_TTL_SHIFT 0
#define MPLS_LABEL_IPV4NULL 0
#define MPLS_LABEL_RTALERT 1
#define MPLS_LABEL_IPV6NULL 2
#define MPLS_LABEL_IMPLNULL 3
#define MPLS_LABEL_ENTROPY 7
#define MPLS_LABEL_GAL 13
#define MPLS_LABEL_OAMALERT 14
#define MPLS_LABEL_EXTENSION 15
#define MPLS_LABEL_FIRST_UNRESERVED 16
#define MPLS_STATS_MAX 1

#endif
