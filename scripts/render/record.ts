/** <version>.published.yaml: what came out of a release. */
import { compareText } from '../model/order.ts';
import type {
  CheckResult,
  LaunchReport,
  PublishedRecord,
  RecordedArchitecture,
  RecordedImage,
} from '../model/types.generated.ts';
import { renderYaml } from '../model/yaml.ts';

const header = '# What came out of this release. Written by CI only, whole each time: do not edit it.\n';
/** Results of checks, at this depth, go on one line each. */
const lineDepth = 5;

/** Whole, with keys in one fixed order and unordered lists sorted: the same record gives the same text. */
export function renderRecord(record: PublishedRecord): string {
  const { stream, version, content, commit, recordedAt, deprecateAt, architectures, mirrors, images } =
    record;
  const top = {
    stream,
    version,
    content,
    commit,
    recordedAt,
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
  return header + renderYaml(top) + renderImages(images) + renderYaml(made, lineDepth);
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

function orderArchitecture(recorded: RecordedArchitecture): RecordedArchitecture {
  const { architecture, raw, artifacts, packages, tools, qa, launch } = recorded;
  return {
    architecture,
    raw: { sha256: raw.sha256, size: raw.size },
    artifacts: artifacts
      .map(({ name, format, sha256, size }) => ({ name, format, sha256, size }))
      .sort((a, b) => compareText(a.name, b.name)),
    packages,
    tools: Object.fromEntries(Object.entries(tools).sort(([a], [b]) => compareText(a, b))),
    qa: { accelerator: qa.accelerator, boots: qa.boots, results: qa.results.map(orderResult) },
    ...(launch === undefined ? {} : { launch: orderLaunch(launch) }),
  };
}

function orderLaunch({ region, ami, instanceType, results }: LaunchReport): LaunchReport {
  return { region, ami, instanceType, results: results.map(orderResult) };
}

function orderResult({ id, where, result, seen, seconds }: CheckResult): CheckResult {
  return { id, where, result, seen, ...(seconds === undefined ? {} : { seconds }) };
}
