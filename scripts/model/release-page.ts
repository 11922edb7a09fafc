/** The page of a release, as a forge shows it beside the repository. */

export interface ReleasePage {
  /** Name of its tag, and of the page: `debian-12/cloud-base/20261201.0`. */
  tag: string;
  /** A file of the main branch. A tag that is not there yet is made on the newest commit that wrote the file. */
  file: string;
  /** One line. */
  title: string;
  /** Markdown. */
  body: string;
  /** Nobody is to start with it. */
  withdrawn: boolean;
}
