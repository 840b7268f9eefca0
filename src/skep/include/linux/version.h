// SPDX-License-Identifier: Apache-2.0
// Programs only use this to fill the `version` section, which Linux ignores since 5.0.
#ifndef __SKEP_LINUX_VERSION_H
#define __SKEP_LINUX_VERSION_H

#define KERNEL_VERSION(a, b, c) (((a) << 16) + ((b) << 8) + ((c) > 255 ? 255 : (c)))
#define LINUX_VERSION_CODE KERNEL_VERSION(6, 18, 0)

#endif
