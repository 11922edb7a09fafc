/** <version>.published.yaml: what came out of a release. */
import { compareText } from '../model/order.ts';
import type {
  BootSeconds,
  CheckResult,
  Comparison,
  GateResult,
  LaunchReport,
  PublishedRecord,
  RecordedArchitecture,
  RecordedContainer,
  RecordedDocument,
  RecordedImage,
  RecordedNotice,
} from '../model/types.generated.ts';
import { renderYaml } from '../model/yaml.ts';

const header = '# What came out of this release. Written by CI only, whole each time: do not edit it.\n';
/** Results of checks, at this depth, go on one line each. */
const lineDepth = 5;

/** Whole, with keys in one fixed order and unordered lists sorted: the same record gives the same text. */
export function renderRecord(record: PublishedRecord): string {
  const {
    stream,
    version,
    content,
    commit,
    recordedAt,
    deprecateAt,
    architectures,
    mirrors,
    images,
    containers,
  } = record;
  const { serial, withdrawn, documents } = record;
  const top = {
    stream,
    version,
    content,
    commit,
    recordedAt,
    ...(serial === undefined ? {} : { serial }),
    ...(withdrawn === undefined ? {} : { withdrawn: { reason: withdrawn.reason, at: withdrawn.at } }),
    ...(deprecateAt === undefined ? {} : { deprecateAt }),
    mirrors: mirrors
      .map(({ id, path, checksum }) => ({ id, path, checksum }))
      .sort((a, b) => compareText(a.id, b.id)),
  };
  const made = {
    architectures: architectures
      .map(orderArchitecture)
      .sort((a, b) => compareText(a.architecture, b.architecture)),
  };
  return (
    header +
    renderYaml(top) +
    renderDocuments(documents) +
    renderImages(images) +
    renderContainers(containers) +
    renderNotices(record.notices) +
    renderYaml(made, lineDepth)
  );
}

/** One line each. */
function renderDocuments(documents: readonly RecordedDocument[] | undefined): string {
  if (documents === undefined) return '';
  if (documents.length === 0) return renderYaml({ documents: [] });
  const lines = [...documents]
    .sort((a, b) => compareText(a.name, b.name))
    .map(({ name, kind, sha256, size, fingerprint }) => {
      const named = fingerprint === undefined ? {} : { fingerprint };
      return `  - ${renderYaml({ name, kind, sha256, size, ...named }, 0)}`;
    });
  return `documents:\n${lines.join('')}`;
}

/** One line each, so that a pull request shows what changes. */
function renderImages(images: readonly RecordedImage[] | undefined): string {
  if (images === undefined) return '';
  if (images.length === 0) return renderYaml({ images: [] });
  const lines = [...images]
    .sort((a, b) => compareText(a.architecture, b.architecture) || compareText(a.region, b.region))
    .map(
      ({ architecture, region, ami, snapshot, state }) =>
        `  - ${renderYaml({ architecture, region, ami, snapshot, state }, 0)}`,
    );
  return `images:\n${lines.join('')}`;
}

function renderContainers(containers: readonly RecordedContainer[] | undefined): string {
  if (containers === undefined) return '';
  const list = [...containers]
    .sort((a, b) => compareText(a.registry, b.registry))
    .map(({ registry, repository, digest }) => ({ registry, repository, digest }));
  return renderYaml({ containers: list });
}

/** One line each. */
function renderNotices(notices: readonly RecordedNotice[] = []): string {
  if (notices.length === 0) return '';
  const lines = [...notices]
    .sort((a, b) => compareText(a.id, b.id))
    .map(({ id, issuedAt, messageId, sentAt }) => {
      const mail = messageId === undefined ? {} : { messageId, sentAt };
      return `  - ${renderYaml({ id, issuedAt, ...mail }, 0)}`;
    });
  return `notices:\n${lines.join('')}`;
}

function orderArchitecture(recorded: RecordedArchitecture): RecordedArchitecture {
  const { architecture, raw, artifacts, container, packages, tools, qa, comparison, launch } = recorded;
  return {
    architecture,
    raw: { sha256: raw.sha256, size: raw.size },
    artifacts: artifacts
      .map(({ name, format, sha256, size }) => ({ name, format, sha256, size }))
      .sort((a, b) => compareText(a.name, b.name)),
    ...(container === undefined
      ? {}
      : { container: { manifest: container.manifest, size: container.size, config: container.config } }),
    packages,
    tools: Object.fromEntries(Object.entries(tools).sort(([a], [b]) => compareText(a, b))),
    qa: {
      accelerator: qa.accelerator,
      boots: qa.boots,
      ...(qa.retries === undefined
        ? {}
        : { retries: qa.retries.map(({ where, reason }) => ({ where, reason })) }),
      results: qa.results.map(orderResult),
    },
    ...(comparison === undefined ? {} : { comparison: orderComparison(comparison) }),
    ...(launch === undefined ? {} : { launch: orderLaunch(launch) }),
  };
}

function orderLaunch({ region, ami, instanceType, retries, results }: LaunchReport): LaunchReport {
  return {
    region,
    ami,
    instanceType,
    ...(retries === undefined ? {} : { retries: retries.map(({ where, reason }) => ({ where, reason })) }),
    results: results.map(orderResult),
  };
}

function orderResult({ id, where, result, seen, seconds, figures }: CheckResult): CheckResult {
  return {
    id,
    where,
    result,
    seen,
    ...(seconds === undefined ? {} : { seconds }),
    ...(figures === undefined
      ? {}
      : { figures: Object.fromEntries(Object.entries(figures).sort(([a], [b]) => compareText(a, b))) }),
  };
}

function orderComparison({ previous, gates, replacement, checks, differences }: Comparison): Comparison {
  const { result, reason, accelerator, previous: before, now } = replacement;
  return {
    previous,
    gates: gates.map(orderGate),
    replacement: {
      result,
      ...(reason === undefined ? {} : { reason }),
      ...(accelerator === undefined ? {} : { accelerator }),
      ...(before === undefined ? {} : { previous: orderSeconds(before) }),
      ...(now === undefined ? {} : { now: orderSeconds(now) }),
    },
    ...(checks === undefined ? {} : { checks: checks.map(({ id, result, seen }) => ({ id, result, seen })) }),
    ...(differences === undefined ? {} : { differences }),
  };
}

function orderGate(gate: GateResult): GateResult {
  const { id, result, subject, previous, now, limit, added, removed, reason } = gate;
  return {
    id,
    result,
    ...(subject === undefined ? {} : { subject }),
    ...(previous === undefined ? {} : { previous }),
    ...(now === undefined ? {} : { now }),
    ...(limit === undefined ? {} : { limit }),
    ...(added === undefined ? {} : { added }),
    ...(removed === undefined ? {} : { removed }),
    ...(reason === undefined ? {} : { reason }),
  };
}

function orderSeconds({ login, system }: BootSeconds): BootSeconds {
  return { login, ...(system === undefined ? {} : { system }) };
}
