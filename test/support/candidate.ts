/** A release that was built and tested, as the stages after it are given it. Its digests are those of nothing real. */
import { createHash } from 'node:crypto';
import { assertValid } from '../../scripts/model/schema.ts';
import type {
  Architecture,
  Candidate,
  FileRef,
  Release,
  Signed,
  Tested,
} from '../../scripts/model/types.generated.ts';

export const stream = 'debian-12/cloud-base';
export const version = '20261122.0';

export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function refOf(name: string): FileRef {
  const sha256 = digestOf(name);
  return { sha256, size: name.length, uri: `artifact:${sha256}/${name}` };
}

export function makeTested(architecture: Architecture = 'amd64'): Tested {
  const base = `Debian-Cloud-Base-12-${version}.${architecture}`;
  const pin = {
    name: 'hello',
    version: '2.10-3',
    architecture,
    size: 10,
    sha256: digestOf('hello'),
    repository: 'debian',
    path: 'pool/h/hello.deb',
  };
  const request = {
    repositories: ['debian'],
    core: true,
    weakDependencies: false,
    packages: ['hello'],
    excluded: [],
  };
  return assertValid('Tested', {
    built: {
      job: {
        stream,
        name: 'Debian-Cloud-Base-12',
        version,
        content: digestOf('content'),
        commit: 'c'.repeat(40),
        architecture,
        payload: 'deb',
        formats: ['qcow2', 'raw.zst'],
        limits: { downloadMiB: 100, usedMiB: 1000 },
        kickstart: [],
        pins: { architecture, request, packages: [pin] },
        targets: { mirrors: ['primary'] },
      },
      raw: refOf(`${base}.raw`),
      artifacts: [
        { name: `${base}.raw.zst`, format: 'raw.zst', file: refOf(`${base}.raw.zst`) },
        { name: `${base}.qcow2`, format: 'qcow2', file: refOf(`${base}.qcow2`) },
      ],
      tools: { qemu: '7.2' },
    },
    qa: {
      accelerator: 'tcg',
      boots: 2,
      results: [{ id: 'hello', where: 'bios', result: 'passed', seen: 'fine' }],
    },
  });
}

export function makeCandidate(changes: Partial<Candidate> = {}): Candidate {
  return {
    stream,
    version,
    content: digestOf('content'),
    commit: 'c'.repeat(40),
    targets: [{ id: 'primary', keep: 2 }],
    retained: [version],
    architectures: [{ tested: makeTested('arm64') }, { tested: makeTested('amd64') }],
    ...changes,
  };
}

/** Signed in words only. */
export function makeSigned(changes: Partial<Signed> = {}): Signed {
  const candidate = makeCandidate(changes);
  const checksum = `Debian-Cloud-Base-12-${version}-CHECKSUM`;
  const signatures = candidate.architectures
    .flatMap(({ tested }) => tested.built.artifacts)
    .map(({ name }) => ({ name: `${name}.asc`, kind: 'signature' as const, file: refOf(`${name}.asc`) }));
  return {
    ...candidate,
    documents: [{ name: checksum, kind: 'checksum', file: refOf(checksum) }, ...signatures],
    ...changes,
  };
}

export function makeReleaseFile(changes: Partial<Release> = {}): Release {
  return {
    version,
    reason: 'A test',
    content: digestOf('content'),
    architectures: ['amd64', 'arm64'],
    formats: ['qcow2', 'raw.zst'],
    targets: { mirrors: ['primary'] },
    ...changes,
  };
}
