/** Container images on this machine: looked at, and run without an engine. */
import type { CommandResult, DiskView } from '../model/inspection.ts';
import type { Architecture, Format } from '../model/types.generated.ts';

/** What an archive says of itself, by a reader that is not ours. */
export interface ContainerFacts {
  /** Digest of the configuration. */
  config: string;
  /** Of each layer before it is compressed. */
  layers: string[];
  /** Go's word: amd64, arm64. */
  architecture: string;
}

export interface ContainerRun {
  /** Path of an archive of an OCI image layout. */
  archive: string;
  /** Of its programs, which this machine may have to emulate. */
  architecture: Architecture;
  /** Empty folder, for work in progress. */
  folder: string;
  /** Bash, run as root of the container. */
  script: string;
  /** Time limit, unpacking included. */
  seconds: number;
  onLine?: (line: string) => void;
}

export interface Containers {
  /** @throws AperiodicError `invalid` when the archive cannot be read */
  describe(archive: string, format: Format): Promise<ContainerFacts>;
  /** The files of a layer. @throws AperiodicError `invalid` when it cannot be read */
  open(layer: string): Promise<DiskView>;
  /**
   * Runs a script in a new container of the image: without network, with environment and user as the image says, and
   * gone at the end.
   * @throws AperiodicError `qa-failed` when nothing can be run in it, `host-failed`, `missing-tool`
   */
  run(request: ContainerRun): Promise<CommandResult>;
}
