/** Asks dnf through resolver.py, in a process of its own and in private state. */
import { createHash } from 'node:crypto';
import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { AperiodicError, type ErrorCode } from '../../model/errors.ts';
import type { Builder, Task } from '../../ports.ts';
import { placedFolder, runTool } from '../builder-image/run-tool.ts';
import { type ExecOptions, exec } from '../host/exec.ts';
import { statOf } from '../host/files.ts';
import { prepareQuestion, type Question } from './question.ts';

/** Debian's own Python: another one earlier in PATH lacks dnf. */
const python = '/usr/bin/python3';
const resolver = fileURLToPath(new URL('./resolver.py', import.meta.url));
/** Metadata of large repositories over a slow line. */
const timeoutSeconds = 1800;
/** Exit code of the resolver with a reason. */
const refused = 3;

/** Whose dnf is asked, and where its state is kept. */
export interface Dnf {
  /** Folder, kept between runs. */
  cache: string;
  /** Default: that of this machine. */
  builder?: Builder | undefined;
}

/** Codes that the resolver gives. */
const codes: readonly ErrorCode[] = [
  'invalid',
  'not-found',
  'unsolvable',
  'unreachable',
  'digest-mismatch',
  'missing-tool',
];

/** @throws AperiodicError as the resolver says, with dnf's explanation as detail */
export async function askDnf(dnf: Dnf, question: Question, task: Task): Promise<unknown> {
  const { builder } = dnf;
  const state = path.join(path.resolve(dnf.cache), stateName(question, builder));
  await mkdir(state, { recursive: true });
  const { text, readable, placed } = await prepareQuestion(question, state, builder);
  const script = builder === undefined ? resolver : `${placedFolder}/resolver.py`;
  const options: ExecOptions = {
    input: text,
    // Files of the machine's own dnf and rpm settings are looked for at home.
    env: { HOME: state },
    timeoutSeconds,
    accept: [0, refused],
    what: 'dnf could not be asked',
    onLine: (line, stream) => {
      if (stream === 'stderr' && line.startsWith('note ')) task.note(line.slice(5));
    },
  };
  const { exitCode, stdout } = await runTool(builder, python, ['-I', '-B', script], options, {
    readable,
    writable: [state],
    placed: { ...placed, 'resolver.py': resolver },
    network: true,
  }).finally(() => endAgents(state));
  const answer: unknown = JSON.parse(stdout);
  if (exitCode !== 0) throw failureOf(answer, builder);
  return answer;
}

/** gpg starts an agent for each keyring that signatures of metadata are checked with, which would stay as long as the keyring. */
async function endAgents(state: string): Promise<void> {
  const folder = path.join(state, 'cachedir');
  for (const name of await readdir(folder).catch(() => [])) {
    const keyring = path.join(folder, name, 'pubring');
    if ((await statOf(keyring)) === undefined) continue;
    await exec('gpgconf', ['--homedir', keyring, '--kill', 'gpg-agent'], { accept: [0, 1, 2] });
  }
}

/**
 * One folder for each set of sources: dnf keeps metadata and the keys that it was signed with by address, and asks servers
 * only for what changed. The keys are part of its name, so that no key outlives its removal, and so is the builder, whose libsolv
 * may write other caches.
 */
function stateName({ architecture, sources }: Question, builder?: Builder): string {
  const parts = sources.map(({ repository, kind, uri, keys, signedMetadata }) => [
    repository,
    kind,
    uri,
    keys,
    signedMetadata,
  ]);
  return createHash('sha256')
    .update(JSON.stringify([architecture, parts, ...(builder === undefined ? [] : [builder.digest])]))
    .digest('hex')
    .slice(0, 16);
}

function failureOf(answer: unknown, builder?: Builder): AperiodicError {
  if (typeof answer !== 'object' || answer === null || !('code' in answer) || !('message' in answer))
    return new AperiodicError('internal', 'the resolver gave no reason for its failure');
  const code = codes.find((known) => known === answer.code) ?? 'internal';
  const detail = 'detail' in answer && typeof answer.detail === 'string' ? answer.detail : undefined;
  if (code === 'missing-tool' && builder !== undefined) {
    const text = `the builder image ${builder.reference} lacks dnf's Python modules: docs/rpm.md says what a builder holds`;
    return new AperiodicError(code, text, { detail: String(answer.message) });
  }
  return new AperiodicError(code, String(answer.message), { detail: detail?.slice(0, 8000) });
}
