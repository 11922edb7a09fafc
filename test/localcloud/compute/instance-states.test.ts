/** The states of an instance, whatever happens to it in whatever order. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { applyEvent, SSH_PORT_TAG } from '../../../scripts/localcloud/compute/instance-events.ts';
import { type InstanceEvent, nextState } from '../../../scripts/localcloud/rules/instance-states.ts';
import type { Instance } from '../../../scripts/localcloud/state/compute-types.ts';

const events: InstanceEvent[] = [
  ...(['start', 'stop', 'terminate', 'booted', 'not-booted', 'powered-off', 'failed', 'lost'] as const),
];

function fresh(shutdownBehavior: 'stop' | 'terminate'): Instance {
  return {
    id: 'i-0123456789abcdef0',
    owner: '123456789012',
    reservationId: 'r-0',
    imageId: 'ami-0',
    instanceType: 't3.micro',
    architecture: 'x86_64',
    rootDeviceName: '/dev/xvda',
    state: 'pending',
    transition: '',
    launchedAt: 0,
    ran: false,
    groups: [],
    subnetId: '',
    zone: '',
    publicAddress: true,
    interfaceId: '',
    mac: '',
    shutdownBehavior,
    metadata: { httpTokens: 'required', httpEndpoint: 'enabled', hopLimit: 1, instanceTags: 'disabled' },
    tags: [],
    visibleAt: 0,
    glimpse: 0,
  };
}

describe('states of an instance', () => {
  test('hold in every order of events', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('stop' as const, 'terminate' as const),
        fc.array(fc.constantFrom(...events), { maxLength: 30 }),
        (behavior, happened) => {
          const instance = fresh(behavior);
          for (const [index, event] of happened.entries()) {
            const before = structuredClone(instance);
            const accepted = applyEvent(instance, event, index);
            // A guest has no way back from the end, and nothing is changed by what is refused.
            if (before.state === 'terminated') assert.equal(instance.state, 'terminated');
            if (!accepted || before.state === instance.state) assert.deepEqual(instance, before);
            if (instance.state === 'running' && before.state !== 'running') {
              assert.deepEqual([before.state, event, instance.ran], ['pending', 'booted', true]);
              instance.tags.push({ key: SSH_PORT_TAG, value: '1' });
            }
            if (instance.state !== 'running') assert.deepEqual(instance.tags, []);
            assert.equal(instance.terminatedAt !== undefined, instance.state === 'terminated');
            // Terminating is never refused, so that a caller can always clean up.
            assert.notEqual(nextState(instance.state, 'terminate', instance), undefined);
          }
          // After a kill of the cloud nothing is on its way any more.
          applyEvent(instance, 'lost', 100);
          assert.ok(instance.state === 'stopped' || instance.state === 'terminated');
        },
      ),
    );
  });

  test('the end has the reason of who asked for it', () => {
    const asked = fresh('stop');
    for (const event of ['booted', 'stop', 'powered-off'] as const) applyEvent(asked, event, 0);
    assert.equal(asked.stateReason?.code, 'Client.UserInitiatedShutdown');
    assert.equal(asked.transition, 'User initiated (1970-01-01 00:00:00 GMT)');
    const own = fresh('terminate');
    for (const event of ['booted', 'powered-off'] as const) applyEvent(own, event, 0);
    assert.equal(own.state, 'terminated');
    assert.equal(own.stateReason?.code, 'Client.InstanceInitiatedShutdown');
    const never = fresh('stop');
    applyEvent(never, 'not-booted', 0, 'no firmware');
    assert.deepEqual(
      [never.state, never.stateReason?.message],
      ['terminated', 'Server.InternalError: Internal error on launch (no firmware)'],
    );
  });
});
