/**
 * Longest text read, in UTF-16 units. The largest real one seen is 108 kB (-q -x of four H200 cards with processes); a
 * machine of sixteen cards prints about half a megabyte, so this leaves a factor of 15 for several outputs in one file.
 */
export const MAX_TEXT_CHARS = 8_388_608;

/**
 * Longest line read outside XML. The longest real one seen is 9.6 kB (a CSV header of 239 columns); the plain table is
 * under 100 wide. The limit keeps the cost of looking at one line small.
 */
export const MAX_LINE_CHARS = 65_536;

/** Most lines read outside XML. The most seen is 1,300 (-q of four cards); sixteen cards print about 5,000. */
export const MAX_LINES = 50_000;

/** Deepest nesting read in -q and -q -x. The deepest seen is 6. */
export const MAX_DEPTH = 16;

/** Most cards and network cards in one matrix of topo. The most seen is 10; an HGX board with its network cards has 20. */
export const MAX_MATRIX_COLUMNS = 256;

/** Most `<nvidia_smi_log>` documents in one text. One is usual. */
export const MAX_XML_DOCUMENTS = 64;

/** Most tags read in -q -x. A card with all its supported clocks prints about 1,500; this is room for a hundred cards. */
export const MAX_XML_TAGS = 150_000;
