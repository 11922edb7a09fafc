/** coldsnap, a client of EBS direct that is not ours: https://github.com/awslabs/coldsnap */
import { access, constants } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { exec } from '../../scripts/adapters/host/exec.ts';
import { toolRoot } from '../../scripts/adapters/host/python-venv.ts';
import { DEFAULT_IDENTITY } from '../../scripts/localcloud/identities.ts';

const version = '0.12.0';
const ownRoot = path.join(toolRoot, '.aperiodic/coldsnap');

export const howToGet = `run: cargo install --locked coldsnap --version ${version} --root ${ownRoot} (or name one by COLDSNAP)`;

/** Named by COLDSNAP, in PATH, or installed by {@link installColdsnap}; undefined when none is there. */
export async function findColdsnap(): Promise<string | undefined> {
  const named = process.env.COLDSNAP;
  if (named !== undefined && named !== '') {
    if (await runs(named)) return named;
    throw new Error(`COLDSNAP names ${named}, which is not a program`);
  }
  const own = path.join(ownRoot, 'bin/coldsnap');
  return (await findProgram('coldsnap')) ?? ((await runs(own)) ? own : undefined);
}

/** Builds it from source, which takes minutes. @throws Error without cargo */
export async function installColdsnap(say: (line: string) => void): Promise<string> {
  const cargo = await findProgram('cargo');
  if (cargo === undefined) {
    throw new Error(`cargo is not installed, so coldsnap cannot be: install Rust, then ${howToGet}`);
  }
  say('building coldsnap with cargo; this takes minutes, and happens once');
  const settings = Object.entries(process.env).filter(([name]) => /^(CARGO|RUSTUP)_/.test(name));
  await exec(
    cargo,
    ['install', '--locked', 'coldsnap', '--version', version, '--root', ownRoot, '--target-dir', target()],
    {
      env: { PATH: process.env.PATH ?? '', ...Object.fromEntries(settings) },
      onLine: (line) => {
        if (/^\s*(Compiling|Downloaded|Installing|Finished)/.test(line)) say(line.trim());
      },
      what: 'coldsnap could not be built',
    },
  );
  return path.join(ownRoot, 'bin/coldsnap');
}

/** Kept, so that a build that was interrupted goes on. */
function target(): string {
  return path.join(ownRoot, 'target');
}

/** Runs it against one region of a local cloud. */
export async function runColdsnap(
  program: string,
  args: readonly string[],
  { endpoint, region }: { endpoint: string; region: string },
): Promise<string> {
  const { stdout } = await exec(program, args, {
    env: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: DEFAULT_IDENTITY.accessKeyId,
      AWS_SECRET_ACCESS_KEY: DEFAULT_IDENTITY.secretAccessKey,
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CONFIG_FILE: '/dev/null',
      no_proxy: '127.0.0.1',
    },
    timeoutSeconds: 600,
  });
  return stdout.trim();
}

async function findProgram(name: string): Promise<string | undefined> {
  const folders = [...(process.env.PATH ?? '').split(':'), path.join(homedir(), '.cargo/bin')];
  for (const folder of folders.filter((one) => path.isAbsolute(one))) {
    if (await runs(path.join(folder, name))) return path.join(folder, name);
  }
  return undefined;
}

async function runs(file: string): Promise<boolean> {
  return await access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
