/** What was seen on AWS, as drift compares it with the records. */
import type { Pointer } from '../cloud.ts';

export interface ObservedImage {
  region: string;
  ami: string;
  snapshot: string | undefined;
  public: boolean;
  /** RFC 3339. */
  createdAt: string;
  /** RFC 3339, to the minute. */
  deprecateAt: string | undefined;
  /** What its tags say; empty where it has none of ours. */
  stream: string;
  version: string;
  architecture: string;
}

/** Only what more than one look agreed on: reads may be behind writes for minutes. */
export interface Observed {
  /** Regions that answered. Nothing is said of others. */
  regions: string[];
  /** Of the account: those with our tags, and those that records name. */
  images: ObservedImage[];
  /** Below the paths of the streams. */
  pointers: Pointer[];
}
