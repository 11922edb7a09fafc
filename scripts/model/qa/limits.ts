/** Numbers of the tests, each written once: the checks, the stage and the rendered documentation read them here. */

/** Most seconds that the guest's clock may be away from the host's. */
export const clockToleranceSeconds = 60;

/** Most bytes at the end of the disk that may stay outside the root partition (alignment and the backup GPT). */
export const diskTailBytes = 2 * 1024 * 1024;

/** Smallest part of its partition that the root file system must offer; the rest is the file system's own. */
export const fileSystemShare = 0.9;

/** Bytes that the guest's disk is larger than the image, so that growing shows. */
export const diskGrowthBytes = 4 * 1024 * 1024 * 1024;

/**
 * Seconds until a shell must answer over ssh. Emulation is slow, and two guests share the processors. An instance may be
 * emulated too, by a local cloud, and its restart begins with up to four minutes for an orderly end.
 */
export const loginSeconds = { kvm: 180, tcg: 600, ec2: 900 } as const;

/** Seconds that a guest gets to settle (cloud-init and units) once ssh answers. */
export const settleSeconds = 420;

/** Fewest certificates that make a store of public roots; Mozilla's list has more than 130. */
export const minCertificates = 100;
