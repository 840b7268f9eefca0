// SPDX-License-Identifier: Apache-2.0
// The kernel's byte-order functions; all of them constant for constant arguments.
#ifndef __SKEP_ASM_BYTEORDER_H
#define __SKEP_ASM_BYTEORDER_H

#include <linux/swab.h>

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define __LITTLE_ENDIAN_BITFIELD
#define __cpu_to_be16(x) ((__be16)__swab16(x))
#define __cpu_to_be32(x) ((__be32)__swab32(x))
#define __cpu_to_be64(x) ((__be64)__swab64(x))
#define __be16_to_cpu(x) __swab16(x)
#define __be32_to_cpu(x) __swab32(x)
#define __be64_to_cpu(x) __swab64(x)
#define __cpu_to_le16(x) ((__le16)(__u16)(x))
#define __cpu_to_le32(x) ((__le32)(__u32)(x))
#define __cpu_to_le64(x) ((__le64)(__u64)(x))
#define __le16_to_cpu(x) ((__u16)(x))
#define __le32_to_cpu(x) ((__u32)(x))
#define __le64_to_cpu(x) ((__u64)(x))
#else
#define __BIG_ENDIAN_BITFIELD
#define __cpu_to_be16(x) ((__be16)(__u16)(x))
#define __cpu_to_be32(x) ((__be32)(__u32)(x))
#define __cpu_to_be64(x) ((__be64)(__u64)(x))
#define __be16_to_cpu(x) ((__u16)(x))
#define __be32_to_cpu(x) ((__u32)(x))
#define __be64_to_cpu(x) ((__u64)(x))
#define __cpu_to_le16(x) ((__le16)__swab16(x))
#define __cpu_to_le32(x) ((__le32)__swab32(x))
#define __cpu_to_le64(x) ((__le64)__swab64(x))
#define __le16_to_cpu(x) __swab16(x)
#define __le32_to_cpu(x) __swab32(x)
#define __le64_to_cpu(x) __swab64(x)
#endif

#define __constant_htons(x) __cpu_to_be16(x)
#define __constant_htonl(x) __cpu_to_be32(x)
#define __constant_ntohs(x) __be16_to_cpu(x)
#define __constant_ntohl(x) __be32_to_cpu(x)

#endif
