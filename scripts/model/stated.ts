/**
 * What a pull request built, and whether its merge builds the same. A pull request's check run states the SHA-256 of each
 * raw image with the digest of its content and the tools that made it; a release of the same content is compared with it.
 */
import { AperiodicError } from './errors.ts';
import { compareText } from './order.ts';
import { assertValid } from './schema.ts';
import type { Built, Preview, Stated, Statement, Tools } from './types.generated.ts';

/** As release files name it: `accept: [{gate: raw-digest, reason: …}]`. */
const rawGate = 'raw-digest';

/** What a preview states, one for each image that was built. */
export function stateRaw({ pull, streams }: Preview): Stated {
  const statements = streams.flatMap(({ stream, architectures }) =>
    architectures.flatMap(({ architecture, image }): Statement[] => {
      if (image?.content === undefined || image.tools === undefined) return [];
      const { content, raw, tools } = image;
      return [
        { stream, architecture, content, raw: raw.sha256, tools, ...(pull === undefined ? {} : { pull }) },
      ];
    }),
  );
  return assertValid('Stated', { statements });
}

/** As the text of a check run: Markdown that shows data. JSON has no line breaks of its own, so nothing leaves the block. */
export function renderStated(stated: Stated): string {
  const text = JSON.stringify(stated);
  return `${fence}json\n${text.length > maxCharacters ? '{"statements":[]}' : text}\n${fence}\n`;
}

const fence = '```';
/** GitHub takes 65,535. No honest preview comes near. */
const maxCharacters = 60_000;

/** The other way; undefined for text that is not ours. */
export function parseStated(text: string): Stated | undefined {
  const [, json] = /^```json\n(.+)\n```\n?$/.exec(text) ?? [];
  if (json === undefined) return undefined;
  try {
    return assertValid('Stated', JSON.parse(json));
  } catch {
    return undefined;
  }
}

/** What the comparison came to, for the log. */
export interface RawComparison {
  verdict: 'same' | 'unstated' | 'accepted';
  message: string;
}

/**
 * A release file can accept a difference, by its gate.
 * @throws AperiodicError `digest-mismatch` with the tools that differ
 */
export function compareRaw(built: Built, { statements }: Stated): RawComparison {
  const { stream, architecture, version, content } = built.job;
  const name = `${stream} ${version} ${architecture}`;
  const mine = statements.filter(
    (one) => one.stream === stream && one.architecture === architecture && one.content === content,
  );
  if (mine.length === 0)
    return { verdict: 'unstated', message: `${name}: no pull request states what it built of this content` };
  const same = mine.find(({ raw }) => raw === built.raw.sha256);
  if (same !== undefined)
    return { verdict: 'same', message: `${name} is what pull request ${same.pull ?? '?'} built and tested` };
  const detail = mine.map((one) => describe(one, built)).join('\n');
  const accepted = built.job.accepted?.find(({ gate }) => gate === rawGate);
  if (accepted !== undefined)
    return {
      verdict: 'accepted',
      message: `${name} differs, which its file accepts: ${accepted.reason}\n${detail}`,
    };
  throw new AperiodicError(
    'digest-mismatch',
    `${name} has the raw SHA-256 ${built.raw.sha256}, which is not what its pull request built: look at what differs, and ` +
      `run the release again where its tools are the same, or add 'accept: [{gate: ${rawGate}, reason: …}]' to its release file`,
    { detail },
  );
}

function describe({ raw, tools, pull }: Statement, built: Built): string {
  const lines = differences(tools, built.tools);
  const what = lines.length === 0 ? ['  with the same versions of all tools'] : lines;
  return [`pull request ${pull ?? '?'} built ${raw}`, ...what].join('\n');
}

function differences(stated: Tools, now: Tools): string[] {
  return [...new Set([...Object.keys(stated), ...Object.keys(now)])]
    .filter((name) => stated[name] !== now[name])
    .sort(compareText)
    .map((name) => `  ${name}: ${stated[name] ?? 'none'} there, ${now[name] ?? 'none'} here`);
}
