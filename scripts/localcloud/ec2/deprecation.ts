import type { CallContext } from '../cloud.ts';
import { CloudError, invalidParameter } from '../errors.ts';
import { type Fields, required } from '../protocols/fields.ts';
import type { XmlStructure } from '../protocols/xml.ts';
import type { Image } from '../state/types.ts';
import { findOwnImage } from './find.ts';

const MINUTE = 60_000;

/**
 * Seconds are rounded to the nearest minute, the past is refused; at most 10 years from now, for a public image 2 years
 * from its creation. Source: EC2 API Reference, EnableImageDeprecation.
 */
export function enableImageDeprecation(fields: Fields, context: CallContext): XmlStructure {
  const image = findOwnImage(required(fields, 'ImageId'), context);
  const text = required(fields, 'DeprecateAt');
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?Z$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time))
    throw invalidParameter(`Value (${text}) for parameter DeprecateAt is invalid: not a UTC time`);
  const at = Math.round(time / MINUTE) * MINUTE;
  if (at < context.now - MINUTE) throw invalidParameter('DeprecateAt cannot be in the past');
  const latest = image.sharing.public ? latestDeprecation(image) : later(context.now, 10);
  if (at > latest) {
    throw invalidParameter(
      `DeprecateAt cannot be later than ${new Date(latest).toISOString()} for this image`,
    );
  }
  image.deprecateAt = at;
  context.region.changed();
  return { return: true };
}

/** A public image keeps a date. Source: EC2 User Guide, "Deprecate an Amazon EC2 AMI"; the code is not documented. */
export function disableImageDeprecation(fields: Fields, context: CallContext): XmlStructure {
  const image = findOwnImage(required(fields, 'ImageId'), context);
  if (image.sharing.public) {
    throw new CloudError(
      'OperationNotPermitted',
      'The deprecation date of a public image cannot be cancelled',
    );
  }
  delete image.deprecateAt;
  context.region.changed();
  return { return: true };
}

/** The last date a public image may have, rounded to the minute. */
export function latestDeprecation(image: Image): number {
  return Math.round(later(image.createdAt, 2) / MINUTE) * MINUTE;
}

function later(time: number, years: number): number {
  const date = new Date(time);
  date.setUTCFullYear(date.getUTCFullYear() + years);
  return date.getTime();
}
