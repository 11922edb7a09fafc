import { CloudError } from '../errors.ts';

/** Named parameters of a call, whatever they came in: form fields of the query protocol or JSON. */
export interface Fields {
  text(name: string): string | undefined;
  integer(name: string): number | undefined;
  flag(name: string): boolean | undefined;
  /** A list of texts; empty when it is not there. */
  texts(name: string): string[];
  /** A list of structures; empty when it is not there. */
  items(name: string): Fields[];
  /** A structure; undefined when it is not there. */
  field(name: string): Fields | undefined;
  /** Everything, in a form that is equal for equal parameters. */
  canonical(): string;
}

/** A parameter that must be there and not empty. EC2's code; JSON services say ValidationException. */
export function required(fields: Fields, name: string): string {
  const value = fields.text(name);
  if (value === undefined || value === '') {
    throw new CloudError('MissingParameter', `The request must contain the parameter ${name}`);
  }
  return value;
}
