/** Asks dnf through resolver.py, in a process of its own and in private state. */
import { createHash } from 'node:crypto';
import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { AperiodicError, type ErrorCode } from '../../model/errors.ts';
import type { Architecture, PackageRequest } from '../../model/types.generated.ts';
import type { Task } from '../../ports.ts';
import { exec } from '../host/exec.ts';
import { statOf } from '../host/files.ts';
import type { RpmSource } from './sources.ts';

/** Debian's own Python: another one earlier in PATH lacks dnf. */
const python = '/usr/bin/python3';
const resolver = fileURLToPath(new URL('./resolver.py', import.meta.url));
/** Metadata of large repositories over a slow line. */
const timeoutSeconds = 1800;
/** Exit code of the resolver with a reason. */
const refused = 3;

/** What resolver.py reads. */
export interface Question {
  architecture: Architecture;
  sources: readonly RpmSource[];
  /** Without it and `metadata` the addresses of mirrors are asked for. */
  request?: PackageRequest;
  /** Asks for files of this kind, as repomd.xml names it. */
  metadata?: 'updateinfo';
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
export async function askDnf(cache: string, question: Question, task: Task): Promise<unknown> {
  const state = path.join(cache, stateName(question));
  await mkdir(state, { recursive: true });
  const { exitCode, stdout } = await exec(python, ['-I', '-B', resolver], {
    input: JSON.stringify({ ...question, state }),
    // Files of the machine's own dnf and rpm settings are looked for at home.
    env: { HOME: state },
    timeoutSeconds,
    accept: [0, refused],
    what: 'dnf could not be asked',
    onLine: (line, stream) => {
      if (stream === 'stderr' && line.startsWith('note ')) task.note(line.slice(5));
    },
  }).finally(() => endAgents(state));
  const answer: unknown = JSON.parse(stdout);
  if (exitCode !== 0) throw failureOf(answer);
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
 * only for what changed. The keys are part of its name, so that no key outlives its removal.
 */
function stateName({ architecture, sources }: Question): string {
  const parts = sources.map(({ repository, kind, uri, keys, signedMetadata }) => [
    repository,
    kind,
    uri,
    keys,
    signedMetadata,
  ]);
  return createHash('sha256')
    .update(JSON.stringify([architecture, parts]))
    .digest('hex')
    .slice(0, 16);
}

function failureOf(answer: unknown): AperiodicError {
  if (typeof answer !== 'object' || answer === null || !('code' in answer) || !('message' in answer))
    return new AperiodicError('internal', 'the resolver gave no reason for its failure');
  const code = codes.find((known) => known === answer.code) ?? 'internal';
  const detail = 'detail' in answer && typeof answer.detail === 'string' ? answer.detail : undefined;
  return new AperiodicError(code, String(answer.message), { detail: detail?.slice(0, 8000) });
}
