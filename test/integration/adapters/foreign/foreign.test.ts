import assert from 'node:assert/strict';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'node:test';
import { probeExitCode, probeProgram } from '../../../../scripts/adapters/foreign/probe-program.ts';
import { emulatorPaths, registrationLine } from '../../../../scripts/adapters/foreign/registration.ts';
import { ensureForeign, explainForeign } from '../../../../scripts/adapters/foreign/run-foreign.ts';
import { exec } from '../../../../scripts/adapters/host/exec.ts';
import { foreignPackages } from '../../../../scripts/adapters/host/packages-machines.ts';
import { processorOfNode } from '../../../../scripts/model/machine.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

describe('programs of another processor', () => {
  it('are probed by a program that really runs, on a machine of its own', async (t) => {
    const own = processorOfNode(process.arch);
    assert.ok(own !== undefined);
    const file = path.join(await temporaryFolder(t), 'probe');
    await writeFile(file, probeProgram(own));
    await chmod(file, 0o755);
    const { exitCode } = await exec(file, [], { accept: [probeExitCode] });
    assert.equal(exitCode, probeExitCode);
  });

  it('are probed by an ELF of that machine', () => {
    const program = probeProgram('aarch64');
    assert.equal(program.toString('latin1', 1, 4), 'ELF');
    assert.equal(program.readUInt16LE(18), 183);
    // Its last instruction: svc #0.
    assert.equal(program.readUInt32LE(program.length - 4), 0xd4000001);
  });

  it('are registered as binfmt_misc takes them', () => {
    assert.equal(
      registrationLine('aarch64', '/usr/bin/qemu-aarch64-static'),
      String.raw`:aperiodic-aarch64:M::\x7f\x45\x4c\x46\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00:\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff:/usr/bin/qemu-aarch64-static:OPF`,
    );
    assert.match(registrationLine('x86_64', '/x'), /\\x02\\x00\\x3e\\x00:/);
    assert.equal(emulatorPaths('aarch64')[0], '/usr/bin/qemu-aarch64-static');
  });

  it('need nothing where they are at home', async (t) => {
    const folder = path.join(await temporaryFolder(t), 'work');
    await mkdir(folder);
    const own = process.arch === 'arm64' ? 'aarch64' : 'amd64';
    assert.equal(await ensureForeign(own, folder), 'native');
  });

  it('are refused with what to do', () => {
    assert.equal(
      explainForeign('arm64', 'no emulator'),
      "this machine cannot run programs of arm64: run 'aperiodic setup --foreign', or use a machine that is arm64 itself",
    );
    const old = explainForeign('arm64', 'mount: x\nmount: permission denied.');
    assert.match(old, /\(mount: permission denied\.\): register it with flag F .* Linux 6\.7 or newer/);
    assert.match(explainForeign('aarch64', undefined), /they do not run in it/);
  });

  it('bring packages that are asked for, and no others', () => {
    const names = (own: 'x86_64' | 'aarch64') => foreignPackages(own).map(({ name }) => name);
    assert.deepEqual(names('x86_64'), ['qemu-user-static', 'qemu-system-arm', 'qemu-efi-aarch64']);
    assert.deepEqual(names('aarch64'), ['qemu-user-static', 'qemu-system-x86', 'ovmf']);
  });
});
