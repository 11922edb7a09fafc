import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cloudInitEnabled, diskReadable } from '../../../scripts/model/qa/use-checks.ts';
import { makeContext, makeDisk } from './context.ts';

const wants = '/etc/systemd/system/cloud-init.target.wants';
const files: Record<string, string> = Object.fromEntries(
  [
    '/usr/bin/cloud-init',
    ...['cloud-init-local', 'cloud-init', 'cloud-config', 'cloud-final'].map(
      (name) => `${wants}/${name}.service`,
    ),
  ].map((name) => [name, 'x']),
);

function contextWith(name: string) {
  const context = makeContext();
  const [pin] = context.job.pins.packages;
  assert.ok(pin);
  const pins = { ...context.job.pins, packages: [{ ...pin, name }] };
  return { ...context, job: { ...context.job, pins } };
}

const inspect = (disk: Record<string, string>, pinned = 'cloud-init') =>
  cloudInitEnabled.inspect(makeDisk(disk), contextWith(pinned));

function without(name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(files).filter(([file]) => file !== name));
}

test('cloud-init is there with its services, by the old and the new name', async () => {
  assert.equal((await inspect(files)).passed, true);
  const renamed = { ...without(`${wants}/cloud-init.service`), [`${wants}/cloud-init-network.service`]: 'x' };
  assert.equal((await inspect(renamed)).passed, true);
});

test('what is missing, switched off or masked is named', async () => {
  assert.match((await inspect(without('/usr/bin/cloud-init'))).seen, /^\/usr\/bin\/cloud-init is missing$/);
  assert.match(
    (await inspect(without(`${wants}/cloud-final.service`))).seen,
    /^cloud-final\.service is not enabled$/,
  );
  assert.match((await inspect({ ...files, '/etc/cloud/cloud-init.disabled': '' })).seen, /switches it off$/);
  const masked = { ...files, '/etc/systemd/system/cloud-init.service': '' };
  assert.match((await inspect(masked)).seen, /takes the place/);
});

test('an image without it is not asked for it', async () => {
  assert.deepEqual(await inspect({}, 'bash'), { passed: true, seen: 'not asked for' });
});

test('a disk whose root is empty is not readable', async () => {
  assert.equal((await diskReadable.inspect(makeDisk({}), makeContext())).passed, false);
  assert.equal((await diskReadable.inspect(makeDisk(files), makeContext())).passed, true);
});
