/** Changes of a disk image, as data: what is written where, without saying how. */

/** Paths are absolute; those of the root file system have no symbolic link on their way but at the end. */
export type Patch =
  /** A file of the root file system, new or in the place of another. */
  | { kind: 'write'; path: string; content: string; mode?: number }
  /** Every occurrence of a text in a file of the root file system. There must be one. */
  | { kind: 'replace'; path: string; from: string | RegExp; to: string; mode?: number }
  /** The last part of the path may end in `*`: then all that it fits, of which there must be one, go. */
  | { kind: 'remove'; path: string }
  | { kind: 'link'; path: string; target: string }
  | { kind: 'folder'; path: string }
  /** Type and permissions as in inode(7), such as 0o100644. */
  | { kind: 'mode'; path: string; mode: number }
  /** A file that takes up this many blocks of 4 KiB and holds nothing. */
  | { kind: 'allocate'; path: string; blocks: number }
  /** Bytes of the disk itself, or of the root partition. */
  | { kind: 'bytes'; offset: number; of?: 'root'; data: Uint8Array }
  /** A file of the EFI system partition. */
  | { kind: 'remove-from-esp'; path: string }
  /** Another UUID for the root file system. */
  | { kind: 'file-system-id'; uuid: string };
