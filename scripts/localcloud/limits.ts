/**
 * Numbers of the cloud, each with its source. All can be set per cloud for tests; those that a person may raise in an
 * account are settings of a region as well (state/types.ts).
 */
export interface Limits {
  /** Copies of AMIs to one region at a time: 50. EC2 User Guide, "Copying an AMI". */
  copiesPerDestination: number;
  /** Of these from one region: 25. Same source. */
  copiesPerSource: number;
  /** Snapshots that wait for data by EBS direct: 100 an account. EBS endpoints and quotas, "Pending snapshots". */
  pendingSnapshots: number;
  /** Tags of one resource: 50. EC2 User Guide, "Tag restrictions". */
  tags: number;
  /** Parameters of one account and region in the standard tier: 10,000. Systems Manager endpoints and quotas. */
  parameters: number;
  /** vCPUs of running instances in one region, as an account's quota. EC2 User Guide, "On-Demand Instance quotas". */
  vcpus: number;
  /** MiB of memory of all running guests together: a bound of the host. */
  guestMemory: number;
  /** Volumes of an instance. A bound of the guest's slots; EC2 has 28. */
  volumesPerInstance: number;
  /** Real seconds until a guest that does not shut down when asked is made to. EC2: "a few minutes" (RebootInstances). */
  guestGraceSeconds: number;
}

export const DEFAULT_LIMITS: Limits = {
  copiesPerDestination: 50,
  copiesPerSource: 25,
  pendingSnapshots: 100,
  tags: 50,
  parameters: 10_000,
  vcpus: 8,
  guestMemory: 8192,
  volumesPerInstance: 5,
  guestGraceSeconds: 180,
};

/** How long the cloud takes, in its own seconds. AWS gives no numbers; a test sets what it wants to see survived. */
export interface Delays {
  /** RegisterImage until the image is available. */
  register: number;
  /** CopyImage until image and snapshots are available. */
  copy: number;
  /** CompleteSnapshot until the snapshot is completed. */
  snapshot: number;
  /** PutParameter of data type aws:ec2:image until the value shows: validation is asynchronous. */
  imageParameter: number;
  /** A deregistered image still in lists ("a short interval", DescribeImages). */
  deregisteredShown: number;
  /** A deregistered id still known: describing it gives nothing; afterwards NotFound. */
  deregisteredKnown: number;
}

export const DEFAULT_DELAYS: Delays = {
  register: 0,
  copy: 0,
  snapshot: 0,
  imageParameter: 0,
  deregisteredShown: 0,
  deregisteredKnown: 3600,
};
