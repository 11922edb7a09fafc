/** What the process outside of a test container's namespaces and the one inside say to each other. */
import type { Architecture } from '../../model/types.generated.ts';

/** Sent once, on the worker's standard input, as JSON. */
export interface ContainerRequest {
  archive: string;
  architecture: Architecture;
  /** Becomes a file system in memory of the worker's own. */
  folder: string;
  script: string;
}

/** Exit code of the worker when there was no container to run the script in; standard error has the code of the error, and the reason. */
export const notStarted = 125;
