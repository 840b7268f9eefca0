// SPDX-License-Identifier: Apache-2.0
// Written by tools/gen_headers.py; do not edit.
#ifndef __SKEP_LINUX_IF_VLAN_H
#define __SKEP_LINUX_IF_VLAN_H

#include <linux/types.h>

#ifndef __SKEP_TYPES_LINUX_IF_VLAN_H
#define __SKEP_TYPES_LINUX_IF_VLAN_H
struct vlan_hdr {
	__be16 h_vlan_TCI;
	__be16 h_vlan_encapsulated_proto;
};
#endif


#endif
