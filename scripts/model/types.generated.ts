/* Generated from schemas/ by `npm run generate`. Do not edit. */

export type AdvisoryFeed = OsvFeed | TrackerFeed | UpdateinfoFeed | KevFeed | EpssFeed;
/**
 * The distribution's own word, in Red Hat's scale. Unknown: it gives none, or one that is not in that scale.
 */
export type Severity = 'critical' | 'important' | 'moderate' | 'low' | 'unknown';
/**
 * Of the image.
 */
export type Architecture = 'amd64' | 'arm64' | 'x86_64' | 'aarch64';
/**
 * OpenVEX's closed list.
 */
export type Justification =
  | 'component_not_present'
  | 'vulnerable_code_not_present'
  | 'vulnerable_code_not_in_execute_path'
  | 'vulnerable_code_cannot_be_controlled_by_adversary'
  | 'inline_mitigations_already_exist';
/**
 * One thing to take: an AMI, a file, a container.
 */
export type ApiOffer = AmiOffer | DownloadOffer | ContainerOffer;
/**
 * Machine architecture, in the distribution's own word.
 */
export type Architecture1 = 'amd64' | 'arm64' | 'x86_64' | 'aarch64';
/**
 * A published form of the image: of a disk qcow2 or raw.zst; of a container an archive of an OCI image layout, or what 'docker load' takes.
 */
export type Format = 'qcow2' | 'raw.zst' | 'oci' | 'docker-archive';
/**
 * Public: anybody can launch it. Private: too old to be public. Withdrawn: private since its release was withdrawn. Removed: deregistered, its snapshot deleted.
 */
export type ImageState = 'public' | 'private' | 'withdrawn' | 'removed';
/**
 * Checksum: clear-signed digests of all other files but signatures. Signature: detached, of the artifact whose name it extends by .asc. Lxd-metadata: what LXD and Incus want beside the qcow2 of the same name.
 */
export type DocumentKind = 'checksum' | 'signature' | 'sbom' | 'provenance' | 'lxd-metadata';
/**
 * The kind of packages an image is made of.
 */
export type PayloadKind = 'deb' | 'rpm';
/**
 * A gate of docs/qa-expectations.md.
 */
export type GateId =
  | 'boot-time'
  | 'download-size'
  | 'kernel-command-line'
  | 'listening-ports'
  | 'memory'
  | 'packages'
  | 'services'
  | 'setuid-files'
  | 'used-size';
/**
 * What is at the address of an rpm repository: the repository itself (the default), or a list of its mirrors.
 */
export type AddressKind = 'baseurl' | 'mirrorlist' | 'metalink';
export type MirrorAddress = DirectoryMirrorAddress | RsyncMirrorAddress;
export type FeedAddress = FeedPath | FeedUrl;
/**
 * Network (the default): instances are reachable from networks that are not trusted, by a service of the image such as ssh. Local: nothing in the image listens, and what others put on top of it is updated by them, such as a base for containers. For releases/policy.yaml; changes no image.
 */
export type Exposure = 'network' | 'local';
/**
 * Times without regular releases: one that would be due then is due when the time is over. Deadlines of the policy and 'now' hold in spite of them.
 *
 * @maxItems 100
 */
export type Freezes = Freeze[];
/**
 * Names or patterns of packages: all that a repository is used for, or none of what it is used for.
 *
 * @maxItems 1000
 *
 * Items: A name; of an rpm also a pattern (*, ?, [...]), or name.architecture.
 */
export type PackagePatterns = string[];
/**
 * Ids under 'sources'.
 *
 * @minItems 1
 * @maxItems 10
 *
 * Items: A name for a repository or a mirror.
 */
export type SourceIds = string[];
/**
 * The image in each registry. Absent when the stream makes none.
 *
 * @maxItems 32
 */
export type Containers = RecordedContainer[];
/**
 * Container registries that get it. Absent when the stream makes no containers.
 *
 * @minItems 1
 * @maxItems 32
 *
 * Items: A name for a repository or a mirror.
 */
export type RegistryIds = string[];
/**
 * Regions that the release is brought to without waiting for them.
 *
 * @maxItems 64
 *
 * Items: An AWS region, such as eu-central-1.
 */
export type BestEffort = string[];
/**
 * Machine architecture, in the distribution's own word.
 */
export type Architecture2 = 'amd64' | 'arm64' | 'x86_64' | 'aarch64';
/**
 * What the image is for: QA does it, beside the checks of every image. See docs/qa-expectations.md.
 *
 * @minItems 1
 */
export type Checks = ('container-engine' | 'distributed-jobs')[];
/**
 * Mirrors to bring it to, with their retention.
 */
export type Targets1 = MirrorTarget[];
/**
 * Live versions of the stream, newest first: what pruning counts.
 *
 * Items: A release version, YYYYMMDD.N, as Fedora's compose ids. Quote it in YAML.
 */
export type Retained = string[];
/**
 * @minItems 1
 */
export type Architectures = Launched[];

export interface SchemaTypes {
  AdvisoryFeeds: AdvisoryFeeds;
  AdvisoryFeed: AdvisoryFeed;
  OsvFeed: OsvFeed;
  TrackerFeed: TrackerFeed;
  UpdateinfoFeed: UpdateinfoFeed;
  KevFeed: KevFeed;
  EpssFeed: EpssFeed;
  Advisory: Advisory;
  Severity: Severity;
  Cvss: Cvss;
  AdvisoryFix: AdvisoryFix;
  AffectedPackage: AffectedPackage;
  Finding: Finding;
  KnownExploited: KnownExploited;
  Verdicts: Verdicts;
  Verdict: Verdict;
  ApiCatalog: ApiCatalog;
  ApiStreamSummary: ApiStreamSummary;
  ApiStream: ApiStream;
  ApiStreamRelease: ApiStreamRelease;
  ApiWithdrawal: ApiWithdrawal;
  ApiOffer: ApiOffer;
  AmiOffer: AmiOffer;
  DownloadOffer: DownloadOffer;
  ContainerOffer: ContainerOffer;
  ApiImage: ApiImage;
  ApiDownload: ApiDownload;
  ApiRegion: ApiRegion;
  ApiHistory: ApiHistory;
  ApiHistoryImage: ApiHistoryImage;
  ApiRelease: ApiRelease;
  ApiArchitecture: ApiArchitecture;
  ApiDocument: ApiDocument;
  ApiFix: ApiFix;
  ApiFound: ApiFound;
  ApiMatch: ApiMatch;
  ApiError: ApiError;
  Architecture: Architecture1;
  Format: Format;
  PayloadKind: PayloadKind;
  FileRef: FileRef;
  Tools: Tools;
  Comparison: Comparison;
  GateId: GateId;
  GateResult: GateResult;
  Replacement: Replacement;
  BootSeconds: BootSeconds;
  ReplacementResult: ReplacementResult;
  Config: Config;
  AddressKind: AddressKind;
  DrillReport: DrillReport;
  DrillStep: DrillStep;
  DrillPart: DrillPart;
  ExposureClocks: ExposureClocks;
  ExposureClock: ExposureClock;
  ExposureSeconds: ExposureSeconds;
  GithubEvent: GithubEvent;
  History: History;
  HistoryStream: HistoryStream;
  HistoryRelease: HistoryRelease;
  HistoryEvent: HistoryEvent;
  ParsedKickstart: ParsedKickstart;
  KickstartCommand: KickstartCommand;
  KickstartPackages: KickstartPackages;
  KickstartScript: KickstartScript;
  NotAffected: NotAffected;
  Justification: Justification;
  NotAffectedStatement: NotAffectedStatement;
  StatedReason: StatedReason;
  Pins: Pins;
  PackageRequest: PackageRequest;
  GroupRequest: GroupRequest;
  RequestedSource: RequestedSource;
  Pin: Pin;
  Policy: Policy;
  PolicySource: PolicySource;
  PolicyRule: PolicyRule;
  PolicyConditions: PolicyConditions;
  Preview: Preview;
  PreviewProblem: PreviewProblem;
  PreviewDiff: PreviewDiff;
  PreviewPackage: PreviewPackage;
  PreviewPackages: PreviewPackages;
  PreviewImage: PreviewImage;
  PreviewQa: PreviewQa;
  PreviewArchitecture: PreviewArchitecture;
  PreviewStream: PreviewStream;
  QaReport: QaReport;
  Retry: Retry;
  LaunchReport: LaunchReport;
  CheckResult: CheckResult;
  Figures: Figures;
  PublishedRecord: PublishedRecord;
  RecordedArchitecture: RecordedArchitecture;
  ContainerDigests: ContainerDigests1;
  RecordedArtifact: RecordedArtifact;
  RecordedDocument: RecordedDocument;
  DocumentKind: DocumentKind;
  RecordedMirror: RecordedMirror;
  RecordedImage: RecordedImage;
  RecordedContainer: RecordedContainer;
  RecordedNotice: RecordedNotice;
  ImageState: ImageState;
  Release: Release;
  ReleasedFix: ReleasedFix;
  FixedPackage: FixedPackage;
  Acceptance: Acceptance;
  ReleaseTargets: ReleaseTargets;
  ReleaseAws: ReleaseAws;
  Repositories: Repositories;
  DebRepository: DebRepository;
  RpmRepository: RpmRepository;
  SiteManifest: SiteManifest;
  SiteUnit: SiteUnit;
  SiteEntry: SiteEntry;
  Stated: Stated;
  Statement: Statement;
  StreamDocument: StreamDocument;
  StreamRelease: StreamRelease;
  StreamArchitecture: StreamArchitecture;
  StreamImage: StreamImage;
  Stream: Stream;
  Exposure: Exposure;
  Cadence: Cadence;
  Freeze: Freeze;
  GateLimits: GateLimits;
  StreamAws: StreamAws;
  Retention: Retention;
  Targets: Targets;
  SiteTarget: SiteTarget;
  AwsTargets: AwsTargets;
  NoticeTargets: NoticeTargets;
  AlertTargets: AlertTargets;
  NoticePublisher: NoticePublisher;
  NoticeSender: NoticeSender;
  LaunchSettings: LaunchSettings;
  KickstartLine: KickstartLine;
  Job: Job;
  PreviousRelease: PreviousRelease;
  Fetched: Fetched;
  BuiltArtifact: BuiltArtifact;
  Built: Built;
  Tested: Tested;
  Compared: Compared;
  UploadedImage: UploadedImage;
  Uploaded: Uploaded;
  Launched: Launched;
  CloudTargets: CloudTargets;
  Candidate: Candidate;
  ReleaseDocument: ReleaseDocument;
  Signed: Signed;
  Mirrored: Mirrored;
  Published: Published;
  Recorded: Recorded;
  Pointer: Pointer;
  Promoted: Promoted;
  Announced: Announced;
}
/**
 * releases/advisories.yaml: where security advisories come from, beside the updateinfo of the streams' own rpm repositories. Addresses come from configuration.
 */
export interface AdvisoryFeeds {
  /**
   * Of advisories that say the same, the first feed's is kept.
   *
   * @maxItems 100
   */
  feeds: AdvisoryFeed[];
}
/**
 * OSV JSON: a file, a folder or a zip of them.
 */
export interface OsvFeed {
  /**
   * A name for a repository or a mirror.
   */
  id: string;
  kind: 'osv';
  /**
   * @minItems 1
   * @maxItems 50
   */
  serves: OsvDistribution[];
}
export interface OsvDistribution {
  /**
   * First part of the streams' ids, such as debian-12.
   */
  distribution: string;
  /**
   * As affected[].package.ecosystem has it: 'Debian:12', 'AlmaLinux:10', 'Rocky Linux:9'.
   */
  ecosystem: string;
  /**
   * What its package names are. Default: source, of AlmaLinux binary.
   */
  names?: 'source' | 'binary';
}
/**
 * The JSON of Debian's Security Tracker.
 */
export interface TrackerFeed {
  /**
   * A name for a repository or a mirror.
   */
  id: string;
  kind: 'debian-tracker';
  /**
   * @minItems 1
   * @maxItems 50
   */
  serves: TrackerDistribution[];
}
export interface TrackerDistribution {
  /**
   * First part of the streams' ids, such as debian-12.
   */
  distribution: string;
  codename: string;
}
/**
 * An updateinfo.xml that is in no repository of a stream.
 */
export interface UpdateinfoFeed {
  /**
   * A name for a repository or a mirror.
   */
  id: string;
  kind: 'updateinfo';
  /**
   * @minItems 1
   * @maxItems 50
   */
  serves: UpdateinfoDistribution[];
}
export interface UpdateinfoDistribution {
  /**
   * First part of the streams' ids, such as debian-12.
   */
  distribution: string;
}
/**
 * CISA's catalogue of known exploited vulnerabilities, JSON.
 */
export interface KevFeed {
  /**
   * A name for a repository or a mirror.
   */
  id: string;
  kind: 'kev';
}
/**
 * FIRST's EPSS scores, CSV, also packed by gzip.
 */
export interface EpssFeed {
  /**
   * A name for a repository or a mirror.
   */
  id: string;
  kind: 'epss';
}
/**
 * A security update as a distribution reports it, whatever the format of its feed: one form for all that comes after.
 */
export interface Advisory {
  /**
   * As the distribution names it: DSA-5532-1, ALSA-2025:10630, or a CVE where there is nothing else.
   */
  id: string;
  /**
   * A name for a repository or a mirror.
   */
  feed: string;
  title: string;
  severity: Severity;
  cvss?: Cvss;
  /**
   * @maxItems 2000
   */
  cves: string[];
  /**
   * A moment in UTC, to the second (RFC 3339).
   */
  published?: string;
  /**
   * A moment in UTC, to the second (RFC 3339).
   */
  modified?: string;
  /**
   * A moment in UTC, to the second (RFC 3339).
   */
  withdrawn?: string;
  /**
   * What is affected, and from which version on no longer.
   *
   * @maxItems 20000
   */
  fixes: AdvisoryFix[];
  /**
   * @maxItems 200
   */
  references: string[];
  /**
   * What was odd in the feed and how it was taken: a severity nobody knows, dates in reverse, an entry left out.
   *
   * @maxItems 200
   */
  flaws: string[];
}
export interface Cvss {
  /**
   * Absent: only the score is known.
   */
  vector?: string;
  /**
   * Base score, computed from the vector where there is one.
   */
  score: number;
}
export interface AdvisoryFix {
  package: string;
  /**
   * Whether the name and the version are those of a source package or of an installed one.
   */
  of: 'source' | 'binary';
  /**
   * Of a binary package. Absent: any.
   */
  architecture?: string;
  /**
   * First affected version. Absent: all from the beginning.
   */
  introduced?: string;
  /**
   * First version that is not affected. Absent: there is no fix yet.
   */
  fixed?: string;
  /**
   * Last affected version, where the feed names that instead of the first good one.
   */
  lastAffected?: string;
}
/**
 * A pinned package that an advisory is about.
 */
export interface AffectedPackage {
  name: string;
  architecture: Architecture;
  /**
   * [epoch:]upstream[-revision], in the distribution's own order.
   */
  installed: string;
  /**
   * [epoch:]upstream[-revision], in the distribution's own order.
   */
  fixed?: string;
}
/**
 * An advisory that is about packages of a stream, in the versions that its pins have.
 */
export interface Finding {
  /**
   * Distribution release and image, as the folder under releases/.
   */
  stream: string;
  advisory: Advisory;
  /**
   * @minItems 1
   * @maxItems 10000
   */
  packages: AffectedPackage[];
  exploited?: KnownExploited;
  /**
   * Greatest EPSS score of its CVEs: probability of exploitation within 30 days.
   */
  epss?: number;
  /**
   * A moment in UTC, to the second (RFC 3339).
   */
  available?: string;
  /**
   * Statements of releases/not-affected.yaml that cover all of it: then nothing is due.
   *
   * @minItems 1
   * @maxItems 5000
   */
  notAffected?: StatedReason[];
}
/**
 * One of its CVEs is in CISA's catalogue of known exploited vulnerabilities. Dates are the catalogue's, its days at midnight UTC.
 */
export interface KnownExploited {
  /**
   * A moment in UTC, to the second (RFC 3339).
   */
  added: string;
  /**
   * A moment in UTC, to the second (RFC 3339).
   */
  due?: string;
  ransomware?: boolean;
}
/**
 * A statement that a finding is covered by.
 */
export interface StatedReason {
  vulnerability: string;
  justification: Justification;
  statement: string;
  /**
   * A moment in UTC, to the second (RFC 3339).
   */
  statedAt: string;
}
/**
 * What is pending, as one file: for 'plan' and 'deadlines'.
 */
export interface Verdicts {
  /**
   * @maxItems 100000
   */
  verdicts: Verdict[];
  /**
   * Streams that could not be looked at: what is pending there is not known.
   *
   * @maxItems 10000
   *
   * Items: Distribution release and image, as the folder under releases/.
   */
  failed?: string[];
}
/**
 * What the policy says of a finding: due when, who approves, and why.
 */
export interface Verdict {
  /**
   * Distribution release and image, as the folder under releases/.
   */
  stream: string;
  advisory: string;
  /**
   * A name for a repository or a mirror.
   */
  feed: string;
  /**
   * A name for a repository or a mirror.
   */
  rule: string;
  /**
   * A moment in UTC, to the second (RFC 3339).
   */
  due?: string;
  /**
   * People who must approve the update; 0: it merges itself when its QA has passed.
   */
  approvals: number;
  /**
   * Each fact that decided, with where it comes from, and the rule's own source.
   *
   * @minItems 1
   * @maxItems 50
   */
  because: string[];
}
/**
 * All streams, and where their documents are.
 */
export interface ApiCatalog {
  format: 'aperiodic:api:catalog:1';
  /**
   * A moment in UTC, to the second (RFC 3339).
   */
  updated?: string;
  /**
   * Address that paths of downloads are below. Absent when the publisher names none: then the mirror's.
   */
  downloads?: string;
  /**
   * By id.
   *
   * @maxItems 10000
   */
  streams: ApiStreamSummary[];
}
export interface ApiStreamSummary {
  /**
   * Distribution release and image, as the folder under releases/.
   */
  id: string;
  /**
   * Such as debian.
   */
  distribution: string;
  /**
   * Such as 12. Empty where the distribution has none.
   */
  distributionRelease: string;
  /**
   * Such as cloud-base.
   */
  image: string;
  title: string;
  /**
   * A disk can be downloaded, and launched where there are AMIs of it; a container is pulled or loaded.
   */
  kind: 'disk' | 'container';
  /**
   * Why no image of it was ever made. Absent when some were.
   */
  neverRun?: string;
  /**
   * Why nothing new is made. Absent when new ones are.
   */
  retired?: string;
  /**
   * Absent when there is none to offer.
   */
  latest?: string;
  /**
   * Of what is offered.
   *
   * @maxItems 2
   *
   * Items: A processor, in the kernel's word: the same for all distributions.
   */
  machines: ('x86_64' | 'aarch64')[];
  /**
   * Where a public AMI is.
   *
   * @maxItems 1000
   *
   * Items: An AWS region, such as eu-central-1.
   */
  regions: string[];
  /**
   * How many are recorded.
   */
  releases: number;
  /**
   * Of its document.
   */
  path: string;
}
/**
 * One stream with all its releases, and what each offers.
 */
export interface ApiStream {
  format: 'aperiodic:api:stream:1';
  /**
   * Distribution release and image, as the folder under releases/.
   */
  id: string;
  /**
   * Such as debian.
   */
  distribution: string;
  /**
   * Such as 12. Empty where the distribution has none.
   */
  distributionRelease: string;
  /**
   * Such as cloud-base.
   */
  image: string;
  /**
   * A file name without a folder.
   */
  name: string;
  title: string;
  /**
   * A disk can be downloaded, and launched where there are AMIs of it; a container is pulled or loaded.
   */
  kind: 'disk' | 'container';
  /**
   * Why no image of it was ever made. Absent when some were.
   */
  neverRun?: string;
  /**
   * Why nothing new is made. Absent when new ones are.
   */
  retired?: string;
  /**
   * Absent when there is none to offer.
   */
  latest?: string;
  /**
   * Grows with each change of a record: a document with a smaller one than was seen before is old. Absent in streams from before there were serials.
   */
  serial?: number;
  /**
   * Address that paths of downloads are below. Absent when the publisher names none: then the mirror's.
   */
  downloads?: string;
  /**
   * Newest first.
   *
   * @maxItems 10000
   */
  releases: ApiStreamRelease[];
}
export interface ApiStreamRelease {
  /**
   * A release version, YYYYMMDD.N, as Fedora's compose ids. Quote it in YAML.
   */
  version: string;
  /**
   * Current: the one that is offered. Superseded: a newer one is there. Withdrawn: nobody should use it.
   */
  standing: 'current' | 'superseded' | 'withdrawn';
  /**
   * Why it was made.
   */
  reason: string;
  /**
   * Since when anybody could have it (RFC 3339, UTC).
   */
  publishedAt: string;
  /**
   * A moment in UTC, to the second (RFC 3339).
   */
  recordedAt: string;
  /**
   * A moment in UTC, to the second (RFC 3339).
   */
  deprecateAt?: string;
  withdrawn?: ApiWithdrawal;
  /**
   * AMIs by region, then files, then containers. Nothing of a withdrawn release.
   *
   * @maxItems 2000
   */
  offers: ApiOffer[];
}
export interface ApiWithdrawal {
  reason: string;
  /**
   * A moment in UTC, to the second (RFC 3339).
   */
  at: string;
}
export interface AmiOffer {
  kind: 'ami';
  architecture: Architecture1;
  /**
   * A processor, in the kernel's word: the same for all distributions.
   */
  machine: 'x86_64' | 'aarch64';
  /**
   * An AWS region, such as eu-central-1.
   */
  region: string;
  /**
   * Id of an AMI in its region.
   */
  ami: string;
  /**
   * Id of an EBS snapshot in its region.
   */
  snapshot: string;
}
export interface DownloadOffer {
  kind: 'download';
  architecture: Architecture1;
  /**
   * A processor, in the kernel's word: the same for all distributions.
   */
  machine: 'x86_64' | 'aarch64';
  /**
   * A file name without a folder.
   */
  name: string;
  format: Format;
  /**
   * SHA-256 in lower-case hexadecimal.
   */
  sha256: string;
  /**
   * A size in bytes.
   */
  size: number;
  /**
   * Below the mirror's root.
   */
  path: string;
  /**
   * Of the clear-signed CHECKSUM file that lists it.
   */
  checksum?: string;
  /**
   * Of its detached signature.
   */
  signature?: string;
}
export interface ContainerOffer {
  kind: 'container';
  architecture: Architecture1;
  /**
   * A processor, in the kernel's word: the same for all distributions.
   */
  machine: 'x86_64' | 'aarch64';
  /**
   * A name for a repository or a mirror.
   */
  registry: string;
  /**
   * Distribution release and image, as the folder under releases/.
   */
  repository: string;
  /**
   * Of the index over all architectures.
   */
  digest: string;
}
/**
 * The newest AMI of a stream in a region, for one processor.
 */
export interface ApiImage {
  format: 'aperiodic:api:image:1';
  /**
   * Distribution release and image, as the folder under releases/.
   */
  stream: string;
  /**
   * A release version, YYYYMMDD.N, as Fedora's compose ids. Quote it in YAML.
   */
  version: string;
  /**
   * Since when anybody could have it (RFC 3339, UTC).
   */
  publishedAt: string;
  /**
   * A moment in UTC, to the second (RFC 3339).
   */
  deprecateAt?: string;
  /**
   * An AWS region, such as eu-central-1.
   */
  region: string;
  architecture: Architecture1;
  /**
   * A processor, in the kernel's word: the same for all distributions.
   */
  machine: 'x86_64' | 'aarch64';
  /**
   * Id of an AMI in its region.
   */
  ami: string;
  /**
   * Id of an EBS snapshot in its region.
   */
  snapshot: string;
  /**
   * Of the document of its release.
   */
  release: string;
}
/**
 * The newest file of a stream in a format, for one processor.
 */
export interface ApiDownload {
  format: 'aperiodic:api:download:1';
  /**
   * Distribution release and image, as the folder under releases/.
   */
  stream: string;
  /**
   * A release version, YYYYMMDD.N, as Fedora's compose ids. Quote it in YAML.
   */
  version: string;
  /**
   * Since when anybody could have it (RFC 3339, UTC).
   */
  publishedAt: string;
  /**
   * Address that paths of downloads are below. Absent when the publisher names none: then the mirror's.
   */
  downloads?: string;
  file: DownloadOffer;
  /**
   * Of the document of its release.
   */
  release: string;
}
/**
 * The newest AMIs of all streams in one region.
 */
export interface ApiRegion {
  format: 'aperiodic:api:region:1';
  /**
   * An AWS region, such as eu-central-1.
   */
  region: string;
  /**
   * By stream, then processor.
   *
   * @maxItems 20000
   */
  images: ApiImage[];
}
/**
 * Every AMI that the records of a stream name, with what became of it.
 */
export interface ApiHistory {
  format: 'aperiodic:api:history:1';
  /**
   * Distribution release and image, as the folder under releases/.
   */
  stream: string;
  /**
   * Newest release first, then by region and processor.
   */
  images: ApiHistoryImage[];
}
export interface ApiHistoryImage {
  /**
   * A release version, YYYYMMDD.N, as Fedora's compose ids. Quote it in YAML.
   */
  version: string;
  /**
   * Current: the one that is offered. Superseded: a newer one is there. Withdrawn: nobody should use it.
   */
  standing: 'current' | 'superseded' | 'withdrawn';
  /**
   * An AWS region, such as eu-central-1.
   */
  region: string;
  architecture: Architecture1;
  /**
   * A processor, in the kernel's word: the same for all distributions.
   */
  machine: 'x86_64' | 'aarch64';
  /**
   * Id of an AMI in its region.
   */
  ami: string;
  /**
   * Id of an EBS snapshot in its region.
   */
  snapshot: string;
  state: ImageState;
}
/**
 * One release: what came out, and how.
 */
export interface ApiRelease {
  format: 'aperiodic:api:release:1';
  /**
   * Distribution release and image, as the folder under releases/.
   */
  stream: string;
  title: string;
  /**
   * A release version, YYYYMMDD.N, as Fedora's compose ids. Quote it in YAML.
   */
  version: string;
  /**
   * Current: the one that is offered. Superseded: a newer one is there. Withdrawn: nobody should use it.
   */
  standing: 'current' | 'superseded' | 'withdrawn';
  /**
   * Why it was made.
   */
  reason: string;
  /**
   * Since when anybody could have it (RFC 3339, UTC).
   */
  publishedAt: string;
  /**
   * A moment in UTC, to the second (RFC 3339).
   */
  recordedAt: string;
  /**
   * A moment in UTC, to the second (RFC 3339).
   */
  deprecateAt?: string;
  withdrawn?: ApiWithdrawal;
  /**
   * The commit whose tree was built.
   */
  commit: string;
  /**
   * SHA-256 in lower-case hexadecimal.
   */
  content: string;
  /**
   * Address that paths of downloads are below. Absent when the publisher names none: then the mirror's.
   */
  downloads?: string;
  /**
   * @minItems 1
   */
  architectures: ApiArchitecture[];
  /**
   * Nothing of a withdrawn release.
   *
   * @maxItems 2000
   */
  offers: ApiOffer[];
  /**
   * Signed or signatures, where a mirror has them still.
   *
   * @maxItems 200
   */
  documents: ApiDocument[];
  /**
   * Security updates that it brings.
   *
   * @maxItems 2000
   */
  fixes: ApiFix[];
}
export interface ApiArchitecture {
  architecture: Architecture1;
  /**
   * A processor, in the kernel's word: the same for all distributions.
   */
  machine: 'x86_64' | 'aarch64';
  raw: RawDigest;
  /**
   * How many are installed.
   */
  packages: number;
  /**
   * How many checks of QA it passed: one that fails is never released.
   */
  checks: number;
}
/**
 * The uncompressed disk image, or layer of a container: equal for equal kickstart, pins and tools.
 */
export interface RawDigest {
  /**
   * SHA-256 in lower-case hexadecimal.
   */
  sha256: string;
  /**
   * A size in bytes.
   */
  size: number;
}
export interface ApiDocument {
  kind: DocumentKind;
  /**
   * A file name without a folder.
   */
  name: string;
  /**
   * Below the root of what is published, without a slash before it.
   */
  path: string;
  /**
   * SHA-256 in lower-case hexadecimal.
   */
  sha256: string;
  /**
   * A size in bytes.
   */
  size: number;
}
export interface ApiFix {
  advisory: string;
  title: string;
  severity: string;
  /**
   * @maxItems 2000
   */
  cves: string[];
}
/**
 * What fits a query.
 */
export interface ApiFound {
  format: 'aperiodic:api:found:1';
  /**
   * By stream; AMIs by region, then files, then containers.
   *
   * @minItems 1
   */
  matches: ApiMatch[];
}
export interface ApiMatch {
  /**
   * Distribution release and image, as the folder under releases/.
   */
  stream: string;
  /**
   * A release version, YYYYMMDD.N, as Fedora's compose ids. Quote it in YAML.
   */
  version: string;
  /**
   * Since when anybody could have it (RFC 3339, UTC).
   */
  publishedAt: string;
  /**
   * A moment in UTC, to the second (RFC 3339).
   */
  recordedAt: string;
  /**
   * It still works, and a newer one should be used.
   */
  deprecated: boolean;
  /**
   * Address that paths of downloads are below. Absent when the publisher names none: then the mirror's.
   */
  downloads?: string;
  offer: ApiOffer;
}
/**
 * Why there is no answer.
 */
export interface ApiError {
  error: {
    code: 'usage' | 'not-found' | 'method-not-allowed' | 'too-many-requests' | 'unavailable';
    message: string;
  };
}
/**
 * A file that one stage hands to the next.
 */
export interface FileRef {
  /**
   * SHA-256 in lower-case hexadecimal.
   */
  sha256: string;
  /**
   * A size in bytes.
   */
  size: number;
  /**
   * Where the Artifacts port finds it.
   */
  uri: string;
}
/**
 * Versions of the host programs that shaped the bytes, by name.
 */
export interface Tools {
  [k: string]: string;
}
/**
 * An image beside that of the release before it: what the gates said, and the replacement test.
 */
export interface Comparison {
  /**
   * A release version, YYYYMMDD.N, as Fedora's compose ids. Quote it in YAML.
   */
  previous: string;
  /**
   * @maxItems 100
   */
  gates: GateResult[];
  replacement: Replacement;
  /**
   * @maxItems 100
   */
  checks?: ReplacementResult[];
  /**
   * What else is not the same, one line each: reported and never judged.
   *
   * @maxItems 500
   */
  differences?: string[];
}
export interface GateResult {
  id: GateId;
  /**
   * Accepted: beyond the limit, with a line in the release file that says why that is right.
   */
  result: 'passed' | 'accepted' | 'failed' | 'not-comparable';
  /**
   * What was measured, where there are several: the one that is nearest to its limit.
   */
  subject?: string;
  /**
   * What the release before had; of a list, how many.
   */
  previous?: number;
  now?: number;
  /**
   * Largest 'now' that passes. Lists have none.
   */
  limit?: number;
  /**
   * What the release before did not have.
   *
   * @maxItems 2000
   */
  added?: string[];
  /**
   * What only the release before had.
   *
   * @maxItems 2000
   */
  removed?: string[];
  /**
   * Why it was accepted, or why it could not be compared.
   */
  reason?: string;
}
/**
 * An instance of the release before, replaced by one of this release with the same user data and data volume.
 */
export interface Replacement {
  result: 'passed' | 'failed' | 'not-compared';
  /**
   * Why the release before could not be started here.
   */
  reason?: string;
  /**
   * How the guests' instructions were run.
   */
  accelerator?: 'kvm' | 'tcg';
  previous?: BootSeconds;
  now?: BootSeconds;
}
/**
 * Measured one after the other on the same machine.
 */
export interface BootSeconds {
  /**
   * From power on to a shell over ssh.
   */
  login: number;
  /**
   * From the start of the kernel until systemd had started everything, as systemd-analyze says.
   */
  system?: number;
}
export interface ReplacementResult {
  id: string;
  result: 'passed' | 'failed';
  seen: string;
}
/**
 * Configuration of one machine or CI, outside git: .aperiodic/config.yaml or the file APERIODIC_CONFIG names.
 */
export interface Config {
  /**
   * Folder of the package store. Default .aperiodic/store.
   */
  store?: string;
  /**
   * Folder for builds and stage values. Default .aperiodic/work.
   */
  work?: string;
  /**
   * Addresses by repository id, for those that the machine's own apt sources do not name.
   */
  repositories?: {
    [k: string]: RepositoryAddress;
  };
  /**
   * Addresses by mirror id.
   */
  mirrors?: {
    [k: string]: MirrorAddress;
  };
  /**
   * Container registries by id.
   */
  registries?: {
    [k: string]: RegistryAddress;
  };
  /**
   * Addresses of advisory feeds, by the ids of releases/advisories.yaml.
   */
  feeds?: {
    [k: string]: FeedAddress;
  };
  aws?: AwsConfig;
  signing?: SigningConfig;
  site?: SiteConfig;
  mail?: MailConfig;
  git?: {
    /**
     * Default origin.
     */
    remote?: string;
    /**
     * Default main.
     */
    branch?: string;
    /**
     * How records are committed: by a push of git, or by GitHub's API. Default git.
     */
    via?: 'git' | 'api';
    /**
     * Name of the committer of records.
     */
    name?: string;
    email?: string;
  };
}
export interface RepositoryAddress {
  uri: string;
  kind?: AddressKind;
  /**
   * Absolute path of the keyring, instead of the one under /usr/share/keyrings.
   */
  keyring?: string;
}
export interface DirectoryMirrorAddress {
  directory: string;
}
export interface RsyncMirrorAddress {
  /**
   * rsync://host[:port]/module[/folder]
   */
  rsync: string;
  passwordFile?: string;
}
export interface RegistryAddress {
  /**
   * https://host[:port][/prefix]; http: for this machine only.
   */
  uri: string;
  /**
   * Logins as 'skopeo login --authfile' writes them. Default: those of the user.
   */
  authFile?: string;
}
export interface FeedPath {
  /**
   * A file, a folder of files or a zip.
   */
  path: string;
}
export interface FeedUrl {
  /**
   * https; http on this machine only.
   */
  url: string;
}
export interface AwsConfig {
  /**
   * Address that stands for all of AWS's services, such as a local endpoint. Default: AWS.
   */
  endpoint?: string;
}
export interface SigningConfig {
  /**
   * Files with armored private keys that only their owner can read; two while one replaces the other. APERIODIC_SIGNING_KEY comes before.
   *
   * @maxItems 2
   */
  keyFiles?: string[];
  /**
   * File that only its owner can read, with the passphrase of the keys. APERIODIC_SIGNING_PASSPHRASE comes before.
   */
  passphraseFile?: string;
}
export interface SiteConfig {
  /**
   * Folder of the web site: a symbolic link that the site's generator makes and moves. Releases tend it where releases/targets.yaml has 'site'.
   */
  directory: string;
}
export interface MailConfig {
  /**
   * smtps://host[:465], or smtp://host[:587], which must offer STARTTLS unless it is on this machine. The login comes from APERIODIC_SMTP_USER and APERIODIC_SMTP_PASSWORD.
   */
  server?: string;
}
/**
 * What 'aperiodic drill' came to: how long each step from a made-up advisory to its notice took.
 */
export interface DrillReport {
  /**
   * Made up; the name says so.
   */
  advisory: string;
  /**
   * Distribution release and image, as the folder under releases/.
   */
  stream: string;
  /**
   * A release version, YYYYMMDD.N, as Fedora's compose ids. Quote it in YAML.
   */
  version?: string;
  /**
   * A name for a repository or a mirror.
   */
  rule: string;
  /**
   * A moment in UTC, to the second (RFC 3339).
   */
  started: string;
  /**
   * A moment in UTC, to the second (RFC 3339).
   */
  due?: string;
  /**
   * A moment in UTC, to the second (RFC 3339).
   */
  ended: string;
  /**
   * In time: every step that was played ended before the deadline.
   */
  outcome: 'in-time' | 'late' | 'failed';
  /**
   * @minItems 1
   * @maxItems 50
   */
  steps: DrillStep[];
}
export interface DrillStep {
  /**
   * A name for a repository or a mirror.
   */
  name: string;
  status: 'done' | 'failed' | 'left-out' | 'not-reached';
  seconds: number;
  /**
   * What came of it, or why it was not played.
   */
  what: string;
  /**
   * @maxItems 200
   */
  parts: DrillPart[];
}
/**
 * A piece of long work within a step.
 */
export interface DrillPart {
  title: string;
  seconds: number;
}
/**
 * What 'aperiodic exposure --json' prints: how long each security update took on its way into a public image.
 */
export interface ExposureClocks {
  /**
   * By stream, then from the newest release to the oldest.
   */
  clocks: ExposureClock[];
}
/**
 * One advisory and the release of a stream that brought its fix. A moment that is not known is absent.
 */
export interface ExposureClock {
  /**
   * Distribution release and image, as the folder under releases/.
   */
  stream: string;
  /**
   * A release version, YYYYMMDD.N, as Fedora's compose ids. Quote it in YAML.
   */
  version: string;
  advisory: string;
  /**
   * A name for a repository or a mirror.
   */
  feed: string;
  severity: Severity;
  cves: string[];
  /**
   * A name for a repository or a mirror.
   */
  rule: string;
  /**
   * A moment in UTC, to the second (RFC 3339).
   */
  due?: string;
  /**
   * A moment in UTC, to the second (RFC 3339).
   */
  published?: string;
  /**
   * A moment in UTC, to the second (RFC 3339).
   */
  available?: string;
  /**
   * A moment in UTC, to the second (RFC 3339).
   */
  proposed: string;
  /**
   * A moment in UTC, to the second (RFC 3339).
   */
  merged?: string;
  /**
   * A moment in UTC, to the second (RFC 3339).
   */
  public?: string;
  seconds: ExposureSeconds;
  /**
   * Met, late: public by its deadline, or after it. Scheduled: public, without a deadline. Open, overdue: not public yet, and its deadline lies before or behind it.
   */
  state: 'met' | 'late' | 'scheduled' | 'open' | 'overdue';
}
/**
 * From one moment to the next; absent where one of them is. Negative where the later step came first, as a fix that was there before its advisory.
 */
export interface ExposureSeconds {
  publishedToAvailable?: number;
  availableToProposed?: number;
  proposedToMerged?: number;
  mergedToPublic?: number;
  /**
   * What is ours to shorten.
   */
  availableToPublic?: number;
  /**
   * How long users' images had what everybody knew of.
   */
  publishedToPublic?: number;
}
/**
 * What is read of the file that GITHUB_EVENT_PATH names. https://docs.github.com/en/webhooks/webhook-events-and-payloads
 */
export interface GithubEvent {
  pull_request?: GithubPullEvent;
  workflow_run?: GithubWorkflowRun;
  [k: string]: unknown;
}
export interface GithubPullEvent {
  /**
   * Number of the pull request, as the job that made this was told. Who posts it asks GitHub.
   */
  number: number;
  head: GithubPullHead;
  [k: string]: unknown;
}
export interface GithubPullHead {
  /**
   * A git commit id.
   */
  sha: string;
  [k: string]: unknown;
}
export interface GithubWorkflowRun {
  event: string;
  /**
   * A git commit id.
   */
  head_sha: string;
  head_branch: string;
  html_url: string;
  head_repository: GithubRepositoryOfRun;
  [k: string]: unknown;
}
export interface GithubRepositoryOfRun {
  owner: GithubOwner;
  [k: string]: unknown;
}
export interface GithubOwner {
  login: string;
  [k: string]: unknown;
}
/**
 * Advisories and releases of the past, for 'aperiodic policy replay'. See docs/policy.md.
 */
export interface History {
  about: string;
  /**
   * A moment in UTC, to the second (RFC 3339).
   */
  until: string;
  /**
   * @minItems 1
   * @maxItems 1000
   */
  streams: HistoryStream[];
  /**
   * @maxItems 100000
   */
  events: HistoryEvent[];
}
export interface HistoryStream {
  /**
   * Distribution release and image, as the folder under releases/.
   */
  id: string;
  exposure?: Exposure;
  cadence?: Cadence;
  /**
   * @maxItems 10000
   */
  releases: HistoryRelease[];
}
/**
 * When a stream is released without an emergency. Changes no image.
 */
export interface Cadence {
  /**
   * Time from the newest release to the next: month, week or a number of days. Change: as soon as a package or the kickstart changes.
   */
  every: string;
  /**
   * For so many days after a release there is no other one but by the policy or 'now'. Default 0.
   */
  quietDays?: number;
  freezes?: Freezes;
  now?: CadenceOverride;
}
export interface Freeze {
  /**
   * A moment in UTC, to the second (RFC 3339).
   */
  from: string;
  /**
   * A moment in UTC, to the second (RFC 3339).
   */
  to: string;
  reason: string;
}
/**
 * A release is due at 'at', whatever is said elsewhere, until one is there that is of that day or later.
 */
export interface CadenceOverride {
  /**
   * A moment in UTC, to the second (RFC 3339).
   */
  at: string;
  reason: string;
}
export interface HistoryRelease {
  /**
   * A release version, YYYYMMDD.N, as Fedora's compose ids. Quote it in YAML.
   */
  version: string;
  /**
   * A moment in UTC, to the second (RFC 3339).
   */
  pinned: string;
  /**
   * A moment in UTC, to the second (RFC 3339).
   */
  public: string;
  /**
   * Advisories whose fixes it does not have although they were there: an update of chosen packages only.
   *
   * @maxItems 10000
   */
  without?: string[];
}
/**
 * An advisory that was about packages of the streams.
 */
export interface HistoryEvent {
  advisory: string;
  /**
   * A name for a repository or a mirror.
   */
  feed: string;
  title?: string;
  /**
   * Whose images had an affected package.
   *
   * @minItems 1
   * @maxItems 1000
   *
   * Items: Distribution release and image, as the folder under releases/.
   */
  streams: string[];
  severity: Severity;
  cvss?: Cvss;
  /**
   * @maxItems 2000
   */
  cves: string[];
  /**
   * A moment in UTC, to the second (RFC 3339).
   */
  published?: string;
  /**
   * A moment in UTC, to the second (RFC 3339).
   */
  available: string;
  exploited?: KnownExploited;
  /**
   * Greatest score while the update was decided about.
   */
  epss?: number;
  /**
   * Why it turned out that no update was needed: the advisory was withdrawn, the image was not affected.
   */
  unneeded?: string;
}
/**
 * What pykickstart understood of a flattened kickstart. Lines count from 1 in the flattened text.
 */
export interface ParsedKickstart {
  /**
   * Version of the kickstart syntax it was read as, such as F44.
   */
  syntax: string;
  commands: KickstartCommand[];
  packages: null | KickstartPackages;
  scripts: KickstartScript[];
  /**
   * Other sections, such as %addon, by header.
   */
  sections: KickstartSection[];
}
export interface KickstartCommand {
  line: number;
  name: string;
  /**
   * The syntax that took the line, such as RHEL8, when the newest does not. Arguments and options are left out then.
   */
  olderSyntax?: string;
  /**
   * Positional arguments.
   */
  arguments: string[];
  /**
   * The options given, by long name with its dashes, and nothing else.
   */
  options: {
    [k: string]: string | number | boolean | null | string[];
  };
}
export interface KickstartPackages {
  /**
   * Of the first %packages header.
   */
  line: number;
  /**
   * Options given in headers, each with its line.
   */
  options: KickstartPackagesOption[];
  /**
   * Each line of the section, comments stripped: name, -name, @group, -@group, @^environment, glob.
   */
  entries: KickstartPackageEntry[];
}
export interface KickstartPackagesOption {
  line: number;
  name: string;
  value: string | number | boolean | null | string[];
}
export interface KickstartPackageEntry {
  line: number;
  kind: 'package' | 'group' | 'environment';
  name: string;
  excluded: boolean;
  /**
   * Of a group: its mandatory packages alone (--nodefaults).
   */
  mandatoryOnly?: true;
  /**
   * Of a group: its optional packages too (--optional).
   */
  optional?: true;
}
export interface KickstartScript {
  /**
   * Of the section's header.
   */
  line: number;
  section: '%pre' | '%pre-install' | '%post' | '%onerror' | '%traceback' | '%certificate';
  interpreter: string;
  options: {
    [k: string]: string | number | boolean | null;
  };
  body: string;
}
export interface KickstartSection {
  line: number;
  header: string[];
}
/**
 * releases/not-affected.yaml: flaws that people looked at and that cannot be exploited in images, though an advisory is about their packages. Who stated it, the history of the file says. See docs/advisories.md.
 */
export interface NotAffected {
  /**
   * @maxItems 5000
   */
  statements: NotAffectedStatement[];
}
/**
 * One that turned out to be wrong is marked withdrawn, not removed: what users were told has to be taken back.
 */
export interface NotAffectedStatement {
  /**
   * A CVE, or an advisory as the distribution names it. An advisory of several CVEs is stated as a whole, or CVE by CVE.
   */
  vulnerability: string;
  /**
   * Ids of streams, or all.
   */
  streams: 'all' | string[];
  /**
   * As they are installed, not their sources. An advisory that is also about others still counts.
   *
   * @minItems 1
   * @maxItems 1000
   */
  packages: string[];
  justification: Justification;
  /**
   * Why, for readers.
   */
  statement: string;
  /**
   * A moment in UTC, to the second (RFC 3339).
   */
  statedAt: string;
  /**
   * A release version, YYYYMMDD.N, as Fedora's compose ids. Quote it in YAML.
   */
  from?: string;
  /**
   * A release version, YYYYMMDD.N, as Fedora's compose ids. Quote it in YAML.
   */
  until?: string;
  withdrawn?: Withdrawal;
}
export interface Withdrawal {
  reason: string;
  /**
   * A moment in UTC, to the second (RFC 3339).
   */
  at: string;
}
/**
 * pins.<architecture>.yaml: the exact packages of a stream. Written by 'aperiodic resolve'.
 */
export interface Pins {
  architecture: Architecture1;
  request: PackageRequest;
  /**
   * @minItems 1
   * @maxItems 10000
   */
  packages: Pin[];
}
/**
 * What the kickstart asked the solver for. Pins fit a kickstart while this is equal.
 */
export interface PackageRequest {
  /**
   * Items: A name for a repository or a mirror.
   */
  repositories: string[];
  /**
   * Whether the distribution's default base is included (no --nocore).
   */
  core: boolean;
  weakDependencies: boolean;
  /**
   * Items: A name; of an rpm also a pattern (*, ?, [...]), or name.architecture.
   */
  packages: string[];
  /**
   * Items: A name; of an rpm also a pattern (*, ?, [...]), or name.architecture.
   */
  excluded: string[];
  /**
   * Of comps: @^name. Rpm only, as are groups.
   */
  environment?: string;
  /**
   * Of comps: @name. The group core is not listed: it is what 'core' stands for.
   *
   * @maxItems 200
   */
  groups?: GroupRequest[];
  /**
   * @maxItems 200
   *
   * Items: Id of a group in comps, or its name.
   */
  excludedGroups?: string[];
  /**
   * Where the kickstart says that repositories are. Configuration comes before.
   *
   * @maxItems 50
   */
  sources?: RequestedSource[];
}
export interface GroupRequest {
  /**
   * Id of a group in comps, or its name.
   */
  name: string;
  /**
   * Optional packages too (--optional).
   */
  optional?: true;
  /**
   * Mandatory packages alone (--nodefaults).
   */
  mandatoryOnly?: true;
}
/**
 * A url or repo line of a kickstart.
 */
export interface RequestedSource {
  /**
   * A name for a repository or a mirror.
   */
  repository: string;
  kind: AddressKind;
  uri: string;
  /**
   * The lower one is preferred for the same package. Default 1000.
   */
  cost?: number;
  includePackages?: PackagePatterns;
  excludePackages?: PackagePatterns;
}
export interface Pin {
  name: string;
  /**
   * Full version: [epoch:]upstream[-revision].
   */
  version: string;
  /**
   * Of the package: all or noarch too.
   */
  architecture: string;
  /**
   * A size in bytes.
   */
  size: number;
  /**
   * SHA-256 in lower-case hexadecimal.
   */
  sha256: string;
  /**
   * A name for a repository or a mirror.
   */
  repository: string;
  /**
   * Below the repository's address.
   */
  path: string;
  source?: PinSource;
}
/**
 * Source package, where its name or version differs from the package's own. Advisories of Debian name sources.
 */
export interface PinSource {
  name: string;
  /**
   * [epoch:]upstream[-revision], in the distribution's own order.
   */
  version: string;
}
/**
 * releases/policy.yaml: when an update may not wait, who approves it, and when nothing else is released. cadence and freezes are those of all streams that say nothing of their own, and of all streams.
 */
export interface Policy {
  unknownSeverity: UnknownSeverity;
  /**
   * Hours before a deadline from which on an issue says that it is at risk; at most half of the time that the rule gives.
   */
  warnHours: number;
  /**
   * Where numbers come from.
   *
   * @minItems 1
   * @maxItems 100
   */
  sources: PolicySource[];
  /**
   * From the tightest to the loosest: the first that matches decides. The last must match everything.
   *
   * @minItems 1
   * @maxItems 100
   */
  rules: PolicyRule[];
  cadence?: Cadence;
  freezes?: Freezes;
}
/**
 * What an advisory counts as whose distribution gives no severity.
 */
export interface UnknownSeverity {
  counts: 'critical' | 'important' | 'moderate' | 'low';
  why: string;
  source: SourceIds;
}
export interface PolicySource {
  /**
   * A name for a repository or a mirror.
   */
  id: string;
  title: string;
  /**
   * Absent: a choice of this repository's own.
   */
  link?: string;
  /**
   * What is taken from it, in our words.
   */
  says: string;
}
export interface PolicyRule {
  /**
   * A name for a repository or a mirror.
   */
  id: string;
  /**
   * The rule as a plain sentence, for readers.
   */
  says: string;
  when: PolicyConditions;
  /**
   * Public within that time of the start of the clock; or 'scheduled', with the next regular release. The clock starts when the fix is in the stream's repositories, or when exploitation became known where the rule asks for that and it came later.
   */
  deadline: string;
  /**
   * People who must approve; 0: it merges itself when its QA has passed.
   */
  approvals: number;
  /**
   * How the numbers follow from the sources.
   */
  why: string;
  source: SourceIds;
}
/**
 * All must hold. Each asks for at least so much, so that a worse finding meets all that a lesser one meets. Empty: everything matches.
 */
export interface PolicyConditions {
  /**
   * No fixed package is in the stream's repositories.
   */
  fix?: 'missing';
  /**
   * In CISA's catalogue of known exploited vulnerabilities.
   */
  exploited?: true;
  /**
   * The catalogue says that ransomware uses it.
   */
  ransomware?: true;
  /**
   * At least this, in the distribution's own word.
   */
  severity?: 'critical' | 'important' | 'moderate' | 'low';
  /**
   * Base score of at least this.
   */
  cvss?: number;
  /**
   * EPSS score of at least this.
   */
  epss?: number;
  /**
   * The image is one that the network reaches.
   */
  exposure?: 'network';
  /**
   * An attacker can automate the exploitation, as far as the CVSS vector or the severity tells.
   */
  automatable?: true;
  /**
   * An attacker gains total control, as far as the CVSS vector or the severity tells.
   */
  impact?: 'total';
}
/**
 * What a pull request would bring about. Made by a job without any right, from files that anybody can propose: every text in it is untrusted, and so is the value itself.
 */
export interface Preview {
  /**
   * Number of the pull request, as the job that made this was told. Who posts it asks GitHub.
   */
  pull?: number;
  /**
   * A git commit id.
   */
  base: string;
  /**
   * A git commit id.
   */
  head: string;
  /**
   * @maxItems 100
   */
  streams: PreviewStream[];
  /**
   * @maxItems 50
   */
  problems: PreviewProblem[];
  problemCount: number;
}
/**
 * `kickstart` is the difference of the flattened kickstart, `settings` that of stream.yaml.
 */
export interface PreviewStream {
  /**
   * Distribution release and image, as the folder under releases/.
   */
  stream: string;
  /**
   * build: a new image. release: effects without one (a copy, a withdrawal). retire: the stream ends. none: nothing.
   */
  kind: 'build' | 'release' | 'retire' | 'none';
  action:
    | 'mint'
    | 'release'
    | 'continue'
    | 'extend'
    | 'nothing'
    | 'held'
    | 'unpinned'
    | 'retired'
    | 'blocked'
    | 'gone';
  /**
   * A release version, YYYYMMDD.N, as Fedora's compose ids. Quote it in YAML.
   */
  version?: string;
  /**
   * A release version, YYYYMMDD.N, as Fedora's compose ids. Quote it in YAML.
   */
  last?: string;
  /**
   * Untrusted text.
   */
  why: string;
  /**
   * @maxItems 50
   *
   * Items: Untrusted text.
   */
  reasons: string[];
  limits?: Limits;
  kickstart?: PreviewDiff;
  settings?: PreviewDiff;
  /**
   * @maxItems 4
   */
  architectures: PreviewArchitecture[];
}
export interface Limits {
  /**
   * Largest size of each published file, in MiB.
   */
  downloadMiB: number;
  /**
   * Most space used in the root file system, in MiB.
   */
  usedMiB: number;
  /**
   * Most memory in use after the first boot, in MiB.
   */
  memoryMiB?: number;
}
/**
 * Lines with a space, + or - before them, hunks with @@ between them.
 */
export interface PreviewDiff {
  /**
   * @maxItems 1000
   *
   * Items: Untrusted text.
   */
  lines: string[];
  /**
   * Whether there is more than is shown.
   */
  cut: boolean;
}
/**
 * `made` is what differs from the last release beside packages: files, tools, checks, with what always differs masked.
 */
export interface PreviewArchitecture {
  architecture: Architecture1;
  packages?: PreviewPackages;
  image?: PreviewImage;
  qa?: PreviewQa;
  made?: PreviewDiff;
}
/**
 * Difference to what is on the base branch, whole in number, and listed as far as there is room.
 */
export interface PreviewPackages {
  /**
   * Packages on the image.
   */
  total: number;
  added: number;
  removed: number;
  changed: number;
  /**
   * @maxItems 2000
   */
  list: PreviewPackage[];
}
export interface PreviewPackage {
  name: string;
  /**
   * Of the package: all or noarch too.
   */
  architecture: string;
  /**
   * Full version: [epoch:]upstream[-revision].
   */
  from?: string;
  /**
   * Full version: [epoch:]upstream[-revision].
   */
  to?: string;
}
/**
 * `raw` is what a merge must build again, bit for bit.
 */
export interface PreviewImage {
  raw: RawDigest;
  /**
   * SHA-256 in lower-case hexadecimal.
   */
  content?: string;
  tools?: Tools;
  lastRaw?: RawDigest;
  /**
   * @maxItems 20
   */
  files: PreviewFile[];
  usedMiB?: number;
  lastUsedMiB?: number;
}
export interface PreviewFile {
  format: Format;
  /**
   * A size in bytes.
   */
  size: number;
  /**
   * A size in bytes.
   */
  last?: number;
}
export interface PreviewQa {
  /**
   * How the guest's instructions were run. None of a container, which has no machine of its own.
   */
  accelerator: 'kvm' | 'tcg' | 'none';
  boots: number;
  passed: number;
  failed: number;
  /**
   * @maxItems 30
   */
  failures: PreviewFailure[];
}
export interface PreviewFailure {
  id: string;
  /**
   * On the image before boot, in the guest started by this firmware, in an instance of the AMI, or in a container of the image.
   */
  where: 'image' | 'bios' | 'uefi' | 'ec2' | 'container';
  /**
   * Untrusted text.
   */
  expected: string;
  seen: string;
}
export interface PreviewProblem {
  message: string;
  /**
   * Untrusted text.
   */
  file?: string;
  line?: number;
}
/**
 * What the tests of one image said.
 */
export interface QaReport {
  /**
   * How the guest's instructions were run. None of a container, which has no machine of its own.
   */
  accelerator: 'kvm' | 'tcg' | 'none';
  /**
   * Times a kernel was started, reboots included.
   */
  boots: number;
  /**
   * What was tested once more because the machine that tests failed, and not the image. Left out when there was none.
   *
   * @maxItems 10
   */
  retries?: Retry[];
  /**
   * @maxItems 1000
   */
  results: CheckResult[];
}
export interface Retry {
  where: 'image' | 'bios' | 'uefi' | 'ec2' | 'container';
  /**
   * Code and message of the failure.
   */
  reason: string;
}
export interface CheckResult {
  id: string;
  /**
   * On the image before boot, in the guest started by this firmware, in an instance of the AMI, or in a container of the image.
   */
  where: 'image' | 'bios' | 'uefi' | 'ec2' | 'container';
  result: 'passed' | 'failed';
  /**
   * What was found, in a line or a few.
   */
  seen: string;
  seconds?: number;
  figures?: Figures;
}
/**
 * What a check measured, by name: a number with its unit at the end of the name (usedMiB, bootSeconds), or a sorted list.
 */
export interface Figures {
  [k: string]: number | string[];
}
/**
 * What the tests of an instance of the AMI said, before the AMI was public.
 */
export interface LaunchReport {
  /**
   * An AWS region, such as eu-central-1.
   */
  region: string;
  /**
   * Id of an AMI in its region.
   */
  ami: string;
  instanceType: string;
  /**
   * Launches that AWS or this machine broke, and that were made once more. Absent when there was none.
   *
   * @maxItems 1
   */
  retries?: Retry[];
  /**
   * @maxItems 1000
   */
  results: CheckResult[];
}
/**
 * <version>.published.yaml: what came out of a release. Written by CI only, rendered whole each time.
 */
export interface PublishedRecord {
  /**
   * Distribution release and image, as the folder under releases/.
   */
  stream: string;
  /**
   * A release version, YYYYMMDD.N, as Fedora's compose ids. Quote it in YAML.
   */
  version: string;
  /**
   * SHA-256 in lower-case hexadecimal.
   */
  content: string;
  /**
   * A git commit id.
   */
  commit: string;
  /**
   * A moment in UTC, to the second (RFC 3339).
   */
  recordedAt: string;
  /**
   * One more than the largest of the stream's records when this one was last written: no two states of a stream have the same largest serial.
   */
  serial?: number;
  withdrawn?: Withdrawal1;
  /**
   * A moment in UTC, to the second (RFC 3339).
   */
  deprecateAt?: string;
  /**
   * @minItems 1
   */
  architectures: RecordedArchitecture[];
  mirrors: RecordedMirror[];
  /**
   * What is signed, and signatures, beside the artifacts. Absent in records from before releases were signed.
   *
   * @maxItems 200
   */
  documents?: RecordedDocument[];
  /**
   * AMIs by architecture and region. Absent when the stream makes none.
   *
   * @maxItems 1000
   */
  images?: RecordedImage[];
  containers?: Containers;
  /**
   * Notices that were given of this release. No part of what serials order, and no reason for another 'recordedAt'.
   *
   * @maxItems 10
   */
  notices?: RecordedNotice[];
}
/**
 * Copied from the release file when it was withdrawn, so that what is signed follows from records alone.
 */
export interface Withdrawal1 {
  reason: string;
  /**
   * A moment in UTC, to the second (RFC 3339).
   */
  at: string;
}
export interface RecordedArchitecture {
  architecture: Architecture1;
  raw: RawDigest;
  /**
   * @minItems 1
   */
  artifacts: RecordedArtifact[];
  container?: ContainerDigests;
  /**
   * How many packages are installed.
   */
  packages: number;
  tools: Tools;
  qa: QaReport;
  comparison?: Comparison1;
  launch?: LaunchReport;
}
export interface RecordedArtifact {
  /**
   * A file name without a folder.
   */
  name: string;
  format: Format;
  /**
   * SHA-256 in lower-case hexadecimal.
   */
  sha256: string;
  /**
   * A size in bytes.
   */
  size: number;
}
/**
 * Absent when the image is a disk.
 */
export interface ContainerDigests {
  /**
   * SHA-256 as container tools write it.
   */
  manifest: string;
  /**
   * A size in bytes.
   */
  size: number;
  /**
   * SHA-256 as container tools write it.
   */
  config: string;
}
/**
 * An image beside that of the release before it: what the gates said, and the replacement test.
 */
export interface Comparison1 {
  /**
   * A release version, YYYYMMDD.N, as Fedora's compose ids. Quote it in YAML.
   */
  previous: string;
  /**
   * @maxItems 100
   */
  gates: GateResult[];
  replacement: Replacement;
  /**
   * @maxItems 100
   */
  checks?: ReplacementResult[];
  /**
   * What else is not the same, one line each: reported and never judged.
   *
   * @maxItems 500
   */
  differences?: string[];
}
export interface RecordedMirror {
  /**
   * A name for a repository or a mirror.
   */
  id: string;
  /**
   * Folder of the release below the mirror's root.
   */
  path: string;
  /**
   * SHA-256 in lower-case hexadecimal.
   */
  checksum: string;
}
export interface RecordedDocument {
  /**
   * A file name without a folder.
   */
  name: string;
  kind: DocumentKind;
  /**
   * SHA-256 in lower-case hexadecimal.
   */
  sha256: string;
  /**
   * A size in bytes.
   */
  size: number;
  /**
   * Of lxd-metadata alone: the SHA-256 of this file and of the qcow2 after it, which is what LXD and Incus know the image by.
   */
  fingerprint?: string;
}
export interface RecordedImage {
  architecture: Architecture1;
  /**
   * An AWS region, such as eu-central-1.
   */
  region: string;
  /**
   * Id of an AMI in its region.
   */
  ami: string;
  /**
   * Id of an EBS snapshot in its region.
   */
  snapshot: string;
  state: ImageState;
}
export interface RecordedContainer {
  /**
   * A name for a repository or a mirror.
   */
  registry: string;
  /**
   * Distribution release and image, as the folder under releases/.
   */
  repository: string;
  /**
   * SHA-256 as container tools write it.
   */
  digest: string;
}
export interface RecordedNotice {
  /**
   * PREFIX-DISTRIBUTION.IMAGE-VERSION; with -W of a withdrawal.
   */
  id: string;
  /**
   * A moment in UTC, to the second (RFC 3339).
   */
  issuedAt: string;
  messageId?: string;
  /**
   * A moment in UTC, to the second (RFC 3339).
   */
  sentAt?: string;
}
/**
 * What names a container image of one architecture.
 */
export interface ContainerDigests1 {
  /**
   * SHA-256 as container tools write it.
   */
  manifest: string;
  /**
   * A size in bytes.
   */
  size: number;
  /**
   * SHA-256 as container tools write it.
   */
  config: string;
}
/**
 * <version>.yaml in a stream: asks for one version of its image.
 */
export interface Release {
  /**
   * A release version, YYYYMMDD.N, as Fedora's compose ids. Quote it in YAML.
   */
  version: string;
  /**
   * Why this release is made, for readers.
   */
  reason: string;
  /**
   * SHA-256 in lower-case hexadecimal.
   */
  content: string;
  /**
   * @minItems 1
   */
  architectures: Architecture1[];
  /**
   * @minItems 1
   */
  formats: Format[];
  targets: ReleaseTargets;
  /**
   * Why content that was released before, or withdrawn, is built again.
   */
  rebuild?: string;
  /**
   * Security updates that this release brings and the one before did not have. Written by our tools; the notice to users says the same.
   *
   * @maxItems 2000
   */
  fixes?: ReleasedFix[];
  /**
   * Gates beyond whose limit this release may be.
   *
   * @maxItems 20
   */
  accept?: Acceptance[];
  withdrawn?: Withdrawal;
}
/**
 * What must hold this release before it is complete, copied from releases/targets.yaml when the file was written.
 */
export interface ReleaseTargets {
  /**
   * @maxItems 32
   *
   * Items: A name for a repository or a mirror.
   */
  mirrors: string[];
  registries?: RegistryIds;
  aws?: ReleaseAws;
}
/**
 * Regions that get AMIs of this release. Absent when the stream makes none.
 */
export interface ReleaseAws {
  /**
   * An AWS region, such as eu-central-1.
   */
  home: string;
  /**
   * Regions without which the release is not complete.
   *
   * @minItems 1
   * @maxItems 64
   *
   * Items: An AWS region, such as eu-central-1.
   */
  regions: string[];
  bestEffort: BestEffort;
}
/**
 * One advisory that the image no longer has, with the dates of the way to it as far as they were known when the file was written.
 */
export interface ReleasedFix {
  advisory: string;
  /**
   * A name for a repository or a mirror.
   */
  feed: string;
  title: string;
  severity: Severity;
  cvss?: Cvss;
  /**
   * @maxItems 2000
   */
  cves: string[];
  reference?: string;
  /**
   * @minItems 1
   * @maxItems 2000
   */
  packages: FixedPackage[];
  /**
   * A moment in UTC, to the second (RFC 3339).
   */
  published?: string;
  /**
   * A moment in UTC, to the second (RFC 3339).
   */
  available?: string;
  /**
   * A moment in UTC, to the second (RFC 3339).
   */
  proposed: string;
  /**
   * A moment in UTC, to the second (RFC 3339).
   */
  due?: string;
  /**
   * A name for a repository or a mirror.
   */
  rule: string;
}
/**
 * A package of the image that the advisory is about.
 */
export interface FixedPackage {
  name: string;
  architecture: Architecture2;
  /**
   * [epoch:]upstream[-revision], in the distribution's own order.
   */
  from: string;
  /**
   * [epoch:]upstream[-revision], in the distribution's own order.
   */
  to: string;
}
/**
 * One gate that this release need not pass.
 */
export interface Acceptance {
  gate: GateId | 'raw-digest';
  /**
   * Why it is right that the image changed so.
   */
  reason: string;
}
/**
 * releases/repositories.yaml: package repositories by id. Addresses are not part of it: they come from the machine or from configuration.
 */
export interface Repositories {
  /**
   * @maxItems 200
   */
  repositories: (DebRepository | RpmRepository)[];
}
export interface DebRepository {
  /**
   * A name for a repository or a mirror.
   */
  id: string;
  type: 'deb';
  /**
   * @minItems 1
   * @maxItems 8
   */
  suites: string[];
  /**
   * @minItems 1
   * @maxItems 8
   */
  components: string[];
  /**
   * A file under /usr/share/keyrings, or the one that configuration names.
   */
  keyring: string;
}
/**
 * Its address comes from configuration, or from a url or repo line of the kickstart.
 */
export interface RpmRepository {
  /**
   * A name for a repository or a mirror.
   */
  id: string;
  type: 'rpm';
  /**
   * A file of armored keys under /usr/share/keyrings, or the one that configuration names. Every package must be signed by one of them.
   */
  keyring: string;
  /**
   * Whether repomd.xml is signed too, by the same keys. Default true. Without, nothing but the server vouches for what is newest.
   */
  signedMetadata?: boolean;
  /**
   * What $releasever stands for in addresses.
   */
  releasever?: string;
  /**
   * The lower one is preferred for the same package. Default 1000.
   */
  cost?: number;
  includePackages?: PackagePatterns;
  excludePackages?: PackagePatterns;
}
/**
 * manifest.json of a generated site: what each of its files was made from, so that only what changed is made again.
 */
export interface SiteManifest {
  format: 'aperiodic:site:1';
  /**
   * Fingerprints of the keys that signed CHECKSUM. Empty when it is not signed.
   *
   * @maxItems 20
   */
  signedBy: string[];
  /**
   * By what they are of: 'release STREAM VERSION', 'stream STREAM', 'index', 'assets'.
   */
  units: {
    [k: string]: SiteUnit;
  };
}
/**
 * Files that are made together.
 */
export interface SiteUnit {
  /**
   * SHA-256 in lower-case hexadecimal.
   */
  key: string;
  /**
   * By path from the top of the site.
   */
  files: {
    [k: string]: SiteEntry;
  };
}
export interface SiteEntry {
  /**
   * SHA-256 in lower-case hexadecimal.
   */
  sha256: string;
  /**
   * A size in bytes.
   */
  size: number;
}
/**
 * Raw images that pull requests built, as their check runs state them: what a release of the same content must build again, bit for bit.
 */
export interface Stated {
  /**
   * @maxItems 1000
   */
  statements: Statement[];
}
export interface Statement {
  /**
   * Distribution release and image, as the folder under releases/.
   */
  stream: string;
  architecture: Architecture1;
  /**
   * SHA-256 in lower-case hexadecimal.
   */
  content: string;
  /**
   * SHA-256 in lower-case hexadecimal.
   */
  raw: string;
  tools: Tools;
  /**
   * Number of the pull request, as the job that made this was told. Who posts it asks GitHub.
   */
  pull?: number;
}
/**
 * <stream>/stream.sjson on mirrors, clear-signed: what a stream has released, replaced whole with each change. Rendered from records alone.
 */
export interface StreamDocument {
  format: 'aperiodic:stream:1';
  /**
   * Distribution release and image, as the folder under releases/.
   */
  stream: string;
  /**
   * Grows with each change: a document with a smaller one than was seen before is old.
   */
  serial: number;
  /**
   * A release version, YYYYMMDD.N, as Fedora's compose ids. Quote it in YAML.
   */
  latest?: string;
  /**
   * Newest first.
   *
   * @minItems 1
   * @maxItems 10000
   */
  releases: StreamRelease[];
}
export interface StreamRelease {
  /**
   * A release version, YYYYMMDD.N, as Fedora's compose ids. Quote it in YAML.
   */
  version: string;
  state: 'live' | 'withdrawn';
  /**
   * Why it was withdrawn.
   */
  reason?: string;
  /**
   * A moment in UTC, to the second (RFC 3339).
   */
  recordedAt: string;
  /**
   * A git commit id.
   */
  commit: string;
  /**
   * @minItems 1
   */
  architectures: StreamArchitecture[];
  documents: RecordedDocument[];
  /**
   * @maxItems 1000
   */
  images: StreamImage[];
  /**
   * What registries hold, by digest; left out where the release is in none.
   *
   * @maxItems 100
   */
  containers?: RecordedContainer[];
}
export interface StreamArchitecture {
  architecture: Architecture1;
  raw: RawDigest;
  /**
   * @minItems 1
   */
  artifacts: StreamArtifact[];
}
export interface StreamArtifact {
  /**
   * A file name without a folder.
   */
  name: string;
  /**
   * SHA-256 in lower-case hexadecimal.
   */
  sha256: string;
  /**
   * A size in bytes.
   */
  size: number;
}
export interface StreamImage {
  /**
   * An AWS region, such as eu-central-1.
   */
  region: string;
  architecture: Architecture1;
  /**
   * Id of an AMI in its region.
   */
  ami: string;
  state: ImageState;
}
/**
 * releases/<distribution>/<image>/stream.yaml: one image on one distribution release.
 */
export interface Stream {
  /**
   * First part of file names: Debian-Cloud-Base-12.
   */
  name: string;
  title: string;
  payload: PayloadKind;
  /**
   * Path of the kickstart from the root of the repository.
   */
  kickstart: string;
  kickstarts?: Kickstarts;
  /**
   * Ids defined in releases/repositories.yaml.
   *
   * @minItems 1
   * @maxItems 32
   *
   * Items: A name for a repository or a mirror.
   */
  repositories: string[];
  /**
   * @minItems 1
   * @maxItems 4
   */
  architectures: Architecture1[];
  /**
   * @minItems 1
   */
  formats: Format[];
  checks?: Checks;
  /**
   * Of rpms: the image whose dnf and rpm are used instead of this machine's (docs/rpm.md), an index or an image, by its digest.
   */
  builder?: string;
  limits: Limits;
  gates?: GateLimits;
  /**
   * A name for a repository or a mirror.
   */
  group?: string;
  aws?: StreamAws;
  exposure?: Exposure;
  cadence?: Cadence;
  /**
   * Why no image of it was ever made: its pins are not committed, and nothing is due. Goes with the first pins.
   */
  neverRun?: string;
  retired?: Retirement;
}
/**
 * Of architectures that need another one than 'kickstart', because packages of the boot loader and the kernel are named otherwise there.
 */
export interface Kickstarts {
  /**
   * Path of the kickstart from the root of the repository.
   */
  [k: string]: string;
}
/**
 * How far a release may be from the one before it. What is left out has the default of docs/qa-expectations.md.
 */
export interface GateLimits {
  /**
   * Growth of each published file, in percent.
   */
  downloadPercent?: number;
  /**
   * Growth of what the root file system uses, in percent.
   */
  usedPercent?: number;
  /**
   * How many more packages are installed.
   */
  packages?: number;
  /**
   * Time to a login, divided by that of the release before on the same machine.
   */
  bootRatio?: number;
  /**
   * Growth of the memory in use after boot, in percent.
   */
  memoryPercent?: number;
}
/**
 * The stream makes AMIs, where releases/targets.yaml has 'aws'.
 */
export interface StreamAws {
  retention: Retention;
}
/**
 * How long AMIs stay. The newest live image of a region is never touched.
 */
export interface Retention {
  /**
   * How many of the newest live releases stay public; older ones become private.
   */
  public: number;
  /**
   * Days from a release until its AMIs count as deprecated. AWS allows two years for public ones.
   */
  deprecateAfterDays: number;
  /**
   * Days from a release until its AMIs and snapshots are gone.
   */
  removeAfterDays: number;
}
/**
 * Nothing new is released any more. What was released stays until its releases are withdrawn.
 */
export interface Retirement {
  reason: string;
  /**
   * A moment in UTC, to the second (RFC 3339).
   */
  at: string;
}
/**
 * releases/targets.yaml: where releases go. Addresses of mirrors come from configuration, by id.
 */
export interface Targets {
  /**
   * @maxItems 32
   */
  mirrors: MirrorTarget[];
  /**
   * Container registries, for streams of containers. Their addresses come from configuration, by id.
   *
   * @maxItems 32
   */
  registries?: RegistryTarget[];
  aws?: AwsTargets;
  notices?: NoticeTargets;
  alerts?: AlertTargets;
  site?: SiteTarget;
}
export interface MirrorTarget {
  /**
   * A name for a repository or a mirror.
   */
  id: string;
  /**
   * How many releases of a stream stay on the mirror; the newest live one always does.
   */
  keep: number;
}
export interface RegistryTarget {
  /**
   * A name for a repository or a mirror.
   */
  id: string;
}
/**
 * Where AMIs go. Streams that have 'aws' in their stream.yaml make them.
 */
export interface AwsTargets {
  /**
   * Account that the images belong to: uploads refuse any other. Quote it in YAML.
   */
  account?: string;
  /**
   * An AWS region, such as eu-central-1.
   */
  home: string;
  /**
   * @minItems 1
   * @maxItems 64
   */
  regions: AwsRegion[];
  /**
   * Prefix of the SSM parameters that name the newest images. AWS keeps names that begin with aws or ssm to itself, and allows 15 levels in all.
   */
  pointers: string;
  /**
   * Days after a withdrawal until its images, private by then, are gone. Default 14.
   */
  graceDays?: number;
  launch?: LaunchSettings;
}
export interface AwsRegion {
  /**
   * An AWS region, such as eu-central-1.
   */
  id: string;
  /**
   * A release does not wait for this region: it is brought there later when it fails.
   */
  bestEffort?: boolean;
}
/**
 * How each new AMI is launched in the home region and tested there before it is public.
 */
export interface LaunchSettings {
  /**
   * By architecture. Default t3.small, or t4g.small on ARM.
   */
  instanceTypes?: {
    [k: string]: string;
  };
  /**
   * Default: one of the default VPC. Whether its instances get a public address is set there.
   */
  subnet?: string;
  /**
   * One that is there and lets ssh in. Without it one is made in the default VPC for the launch, and removed.
   */
  securityGroup?: string;
  /**
   * Addresses that the security group of a launch lets reach ssh, as a CIDR block: those of the machine that runs the release. Needed without securityGroup.
   */
  allowFrom?: string;
  /**
   * Which address of the instance ssh goes to. Default public.
   */
  address?: 'public' | 'private';
}
/**
 * Notices of security releases and of withdrawals. Without this no notice is made. See docs/notices.md.
 */
export interface NoticeTargets {
  /**
   * What the IDs of notices begin with: choose it once. Default APERIODIC.
   */
  prefix?: string;
  publisher?: NoticePublisher;
  from?: NoticeSender;
  /**
   * Lists that get each notice as mail. Without it, or without 'from', none is sent.
   *
   * @minItems 1
   * @maxItems 20
   */
  to?: string[];
  /**
   * Where the top folder of the mirrors is on the web, for links. Without it notices have none.
   */
  site?: string;
  /**
   * Notices of versions from before this day (YYYYMMDD) are made, and not mailed: for the day when notices begin.
   */
  since?: string;
}
/**
 * Who speaks, for the formats that want to know: without it there is no CSAF and no OpenVEX.
 */
export interface NoticePublisher {
  name: string;
  /**
   * Web address that is the publisher's own, such as that of the project.
   */
  namespace: string;
  contact?: string;
}
export interface NoticeSender {
  name?: string;
  address: string;
}
/**
 * Who is mailed of deadlines at risk or missed. Without this nobody is. See docs/watch.md.
 */
export interface AlertTargets {
  from: NoticeSender;
  /**
   * @minItems 1
   * @maxItems 20
   */
  to: string[];
}
/**
 * The web site that 'aperiodic site' makes. See docs/site.md.
 */
export interface SiteTarget {
  /**
   * What the site is called. Default: the publisher of notices, else 'Cloud images'.
   */
  title?: string;
  /**
   * Where the site is on the web. Its links work below any address; this one is for who must have one.
   */
  address?: string;
  /**
   * Where the top folder of the mirrors is on the web. Default that of 'notices'; without it files are named and not linked.
   */
  downloads?: string;
  /**
   * Where this repository is on the web.
   */
  source?: string;
  /**
   * Host and prefix of each container registry, by the ids of 'registries': what users pull from.
   */
  registries?: {
    [k: string]: string;
  };
}
export interface KickstartLine {
  text: string;
  file: string;
  line: number;
}
/**
 * One release of a stream for one architecture: input of fetch. Holds all that the build depends on but the packages themselves.
 */
export interface Job {
  /**
   * Distribution release and image, as the folder under releases/.
   */
  stream: string;
  name: string;
  /**
   * A release version, YYYYMMDD.N, as Fedora's compose ids. Quote it in YAML.
   */
  version: string;
  /**
   * SHA-256 in lower-case hexadecimal.
   */
  content: string;
  /**
   * A git commit id.
   */
  commit: string;
  architecture: Architecture1;
  payload: PayloadKind;
  formats: Format[];
  limits: Limits;
  checks?: Checks;
  /**
   * Of rpms: the image whose dnf and rpm are used instead of this machine's (docs/rpm.md), an index or an image, by its digest.
   */
  builder?: string;
  /**
   * Flattened: every %include in place, each line with its origin.
   */
  kickstart: KickstartLine[];
  pins: Pins;
  targets: ReleaseTargets;
  previous?: PreviousRelease;
  gates?: GateLimits;
  /**
   * What the release file says of gates. Only compare reads this, 'gates' and 'previous'.
   *
   * @maxItems 20
   */
  accepted?: Acceptance[];
  launch?: LaunchSettings;
}
/**
 * The newest live recorded release before this one that has the architecture, as its record says. Absent from the first.
 */
export interface PreviousRelease {
  /**
   * A release version, YYYYMMDD.N, as Fedora's compose ids. Quote it in YAML.
   */
  version: string;
  raw: RawDigest;
  /**
   * @minItems 1
   */
  artifacts: RecordedArtifact[];
  mirrors: RecordedMirror[];
  packages: number;
  figures: FiguresByCheck;
}
/**
 * What its checks measured, by their IDs.
 */
export interface FiguresByCheck {
  [k: string]: Figures;
}
/**
 * Output of fetch: the pinned packages are in the store and match their digests.
 */
export interface Fetched {
  job: Job;
  packages: FetchedPackages;
}
export interface FetchedPackages {
  count: number;
  /**
   * A size in bytes.
   */
  bytes: number;
}
export interface BuiltArtifact {
  /**
   * A file name without a folder.
   */
  name: string;
  format: Format;
  file: FileRef;
}
/**
 * Output of build: the disk image, or the layer of a container, and its published forms.
 */
export interface Built {
  job: Job;
  raw: FileRef;
  /**
   * @minItems 1
   */
  artifacts: BuiltArtifact[];
  container?: ContainerDigests1;
  tools: Tools;
}
/**
 * Output of qa: every check passed.
 */
export interface Tested {
  built: Built;
  qa: QaReport;
}
/**
 * Output of compare: within the limits of the release before, or accepted. Without comparison when there is no release before.
 */
export interface Compared {
  built: Built;
  qa: QaReport;
  comparison?: Comparison;
}
/**
 * An AMI with its snapshot, in one region.
 */
export interface UploadedImage {
  /**
   * An AWS region, such as eu-central-1.
   */
  region: string;
  /**
   * Id of an AMI in its region.
   */
  ami: string;
  /**
   * Id of an EBS snapshot in its region.
   */
  snapshot: string;
}
/**
 * Output of upload: the tested image is an AMI in the home region, read back while private. Without image when the release makes no AMIs.
 */
export interface Uploaded {
  tested: Compared;
  image?: UploadedImage;
}
/**
 * Output of launch: an instance of the private AMI passed its checks. Without launch when the release makes no AMIs, or made them before there was this stage.
 */
export interface Launched {
  tested: Compared;
  image?: UploadedImage;
  launch?: LaunchReport;
}
/**
 * Where publish brings the AMIs of a release.
 */
export interface CloudTargets {
  /**
   * An AWS region, such as eu-central-1.
   */
  home: string;
  /**
   * Without these, nothing is made public.
   *
   * @maxItems 64
   *
   * Items: An AWS region, such as eu-central-1.
   */
  regions: string[];
  bestEffort: BestEffort;
  /**
   * A moment in UTC, to the second (RFC 3339).
   */
  deprecateAt?: string;
}
/**
 * All architectures of one release, tested, uploaded and launched: input of sign.
 */
export interface Candidate {
  /**
   * Distribution release and image, as the folder under releases/.
   */
  stream: string;
  /**
   * A release version, YYYYMMDD.N, as Fedora's compose ids. Quote it in YAML.
   */
  version: string;
  /**
   * SHA-256 in lower-case hexadecimal.
   */
  content: string;
  /**
   * A git commit id.
   */
  commit: string;
  targets: Targets1;
  retained: Retained;
  aws?: CloudTargets;
  registries?: RegistryIds;
  architectures: Architectures;
}
/**
 * A file that says something about the artifacts of a release.
 */
export interface ReleaseDocument {
  /**
   * A file name without a folder.
   */
  name: string;
  kind: DocumentKind;
  file: FileRef;
  /**
   * Of lxd-metadata alone: the SHA-256 of this file and of the qcow2 after it, which is what LXD and Incus know the image by.
   */
  fingerprint?: string;
}
/**
 * Output of sign: the candidate with what is published beside its artifacts.
 */
export interface Signed {
  /**
   * Distribution release and image, as the folder under releases/.
   */
  stream: string;
  /**
   * A release version, YYYYMMDD.N, as Fedora's compose ids. Quote it in YAML.
   */
  version: string;
  /**
   * SHA-256 in lower-case hexadecimal.
   */
  content: string;
  /**
   * A git commit id.
   */
  commit: string;
  targets: Targets1;
  retained: Retained;
  aws?: CloudTargets;
  registries?: RegistryIds;
  architectures: Architectures;
  /**
   * Checksums, signatures, bills of materials, provenance. None when only AMIs of a release from before signatures are brought to one more region.
   *
   * @maxItems 200
   */
  documents: ReleaseDocument[];
}
/**
 * Output of mirror: every target holds and was seen to hold the files.
 */
export interface Mirrored {
  candidate: Signed;
  mirrors: RecordedMirror[];
}
/**
 * Output of publish: AMIs that everybody may launch, in every required region, and containers in every registry. None when the release makes none.
 */
export interface Published {
  mirrored: Mirrored;
  images: RecordedImage[];
  containers?: Containers;
}
/**
 * Output of record: the record is on the main branch.
 */
export interface Recorded {
  path: string;
  /**
   * A git commit id.
   */
  commit: string;
  record: PublishedRecord;
}
/**
 * An SSM parameter that names the AMI to launch.
 */
export interface Pointer {
  /**
   * An AWS region, such as eu-central-1.
   */
  region: string;
  name: string;
  /**
   * Id of an AMI in its region.
   */
  ami: string;
}
/**
 * Output of promote: the pointers name what the main branch records.
 */
export interface Promoted {
  recorded: Recorded;
  pointers: Pointer[];
}
/**
 * Output of announce: the notices of the stream are on its mirrors, were sent, and are recorded. None when the repository gives no notices, or the stream has no cause.
 */
export interface Announced {
  promoted: Promoted;
  /**
   * Those that were given in this run.
   */
  notices: RecordedNotice[];
}
