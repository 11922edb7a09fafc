/** Calls that change the state of instances: all of those named, or none. */
import type { CallContext } from '../../cloud.ts';
import { applyEvent } from '../../compute/instance-events.ts';
import { CloudError } from '../../errors.ts';
import type { Fields } from '../../protocols/fields.ts';
import type { XmlStructure } from '../../protocols/xml.ts';
import { type InstanceEvent, nextState } from '../../rules/instance-states.ts';
import type { Instance, InstanceState } from '../../state/compute-types.ts';
import { checkCapacity } from './capacity.ts';
import { findInstances, incorrectState } from './find.ts';
import { renderState } from './render.ts';

/** Source: EC2 API Reference, StartInstances; IncorrectInstanceState. The disks are those it had. */
export async function startInstances(fields: Fields, context: CallContext): Promise<XmlStructure> {
  for (const instance of wanted(fields, context)) {
    if (instance.state === 'stopped') await checkCapacity(instance.instanceType, [], context);
  }
  return change(fields, context, 'start', 'started', (instance) => {
    context.cloud.fleet.boot(context.region, instance);
  });
}

/** Source: EC2 API Reference, StopInstances. With Force the guest is not asked. */
export function stopInstances(fields: Fields, context: CallContext): XmlStructure {
  if (fields.flag('Hibernate') === true) {
    throw new CloudError('UnsupportedHibernationConfiguration', 'localcloud does not hibernate instances');
  }
  const force = fields.flag('Force') === true;
  return change(fields, context, 'stop', 'stopped', (instance) => {
    context.cloud.fleet.shutDown(context.region, instance, force);
  });
}

/** Source: EC2 API Reference, TerminateInstances: a second time is no error, until the instance is not shown any more. */
export function terminateInstances(fields: Fields, context: CallContext): XmlStructure {
  return change(fields, context, 'terminate', 'terminated', (instance) => {
    context.cloud.fleet.end(context.region, instance);
  });
}

/** Source: EC2 API Reference, RebootInstances: asynchronous; the state stays running. */
export function rebootInstances(fields: Fields, context: CallContext): XmlStructure {
  const instances = wanted(fields, context);
  const refused = instances.find((instance) => instance.state !== 'running');
  if (refused !== undefined) throw incorrectState(refused.id, 'rebooted');
  for (const instance of instances) context.cloud.fleet.reboot(instance);
  return { return: true };
}

function change(
  fields: Fields,
  context: CallContext,
  event: InstanceEvent,
  verb: string,
  follow: (instance: Instance) => void,
): XmlStructure {
  const instances = wanted(fields, context);
  const refused = instances.find((one) => nextState(one.state, event, one) === undefined);
  if (refused !== undefined) throw incorrectState(refused.id, verb);
  const changes = instances.map((instance) => {
    const before: InstanceState = instance.state;
    applyEvent(instance, event, context.now);
    if (instance.state !== before) follow(instance);
    return {
      instanceId: instance.id,
      currentState: renderState(instance.state),
      previousState: renderState(before),
    };
  });
  context.region.changed();
  return { instancesSet: changes };
}

function wanted(fields: Fields, context: CallContext): Instance[] {
  const ids = fields.texts('InstanceId');
  if (ids.length === 0) {
    throw new CloudError('MissingParameter', 'The request must contain the parameter InstanceId');
  }
  return findInstances(ids, context);
}
