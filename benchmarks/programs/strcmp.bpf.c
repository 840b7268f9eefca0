/* Two strings of 200 equal bytes in the packet, compared byte by byte up to the first difference. */
#include "bench.h"

PROGRAM
{
	u8 *a = data + 512, *b = data + 768;

	if (data + 1024 > data_end)
		return -1;
#pragma clang loop unroll(disable)
	for (int i = 0; i < 256; i++) {
		if (a[i] != b[i])
			return a[i] < b[i] ? -i : i;
		if (!a[i])
			return 1000 + i;
	}
	return 2000;
}
