import type { CallContext } from '../../cloud.ts';
import { CloudError } from '../../errors.ts';
import { type Fields, required } from '../../protocols/fields.ts';
import type { XmlStructure } from '../../protocols/xml.ts';
import { findInstance, incorrectState } from './find.ts';

/** Source: EC2 API Reference, GetConsoleOutput: the last 64 KB, also after the end of the instance. */
const CONSOLE_BYTES = 65_536;

/** Always the latest, with or without Latest; AWS has it at once only with it. */
export async function getConsoleOutput(fields: Fields, context: CallContext): Promise<XmlStructure> {
  const instance = findInstance(required(fields, 'InstanceId'), context);
  const output = await context.cloud.fleet.consoleTail(instance.id, CONSOLE_BYTES);
  return { instanceId: instance.id, timestamp: new Date(context.now), output: output.toString('base64') };
}

/** AWS gives a JPEG, we a PNG. Source: EC2 API Reference, GetConsoleScreenshot. */
export async function getConsoleScreenshot(fields: Fields, context: CallContext): Promise<XmlStructure> {
  const instance = findInstance(required(fields, 'InstanceId'), context);
  const guest = context.cloud.fleet.guest(instance.id);
  if (instance.state !== 'running' || guest === undefined) {
    throw incorrectState(instance.id, 'photographed');
  }
  const image = await guest.screenshot();
  if (image === undefined) throw new CloudError('InternalError', 'There is no screen', { status: 500 });
  return { instanceId: instance.id, imageData: image.toString('base64') };
}
