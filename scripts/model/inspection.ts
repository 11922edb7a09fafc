/** What is seen of an image: its files without booting it, and the answers of a guest. */

export type Firmware = 'bios' | 'uefi';

/** Where checks run: a guest started by a firmware, an instance of the AMI, or a container. */
export type Guest = Firmware | 'ec2' | 'container';

export interface CommandResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

export interface DiskEntry {
  /** Absolute. */
  path: string;
  kind: 'file' | 'folder' | 'link' | 'other';
  /** Bytes of a file; 0 for anything else. */
  size: number;
  /** Permission bits with setuid, setgid and sticky, as chmod(2) takes them. */
  mode: number;
  uid: number;
  gid: number;
}

export interface DiskView {
  /** Names in a folder; undefined when it is not there. */
  list(path: string): Promise<string[] | undefined>;
  /** Content of a file of at most 1 MiB; undefined when it is not there. */
  read(path: string): Promise<string | undefined>;
  /** Everything below a folder, other file systems left out; empty when it is not there. Links are not followed. */
  walk(path: string): Promise<DiskEntry[]>;
  /** Mebibytes used in the root file system. */
  usedMiB(): Promise<number>;
}
