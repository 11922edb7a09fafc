import { CloudError } from '../errors.ts';

/**
 * Letters, digits and `.-_`, in a hierarchy of at most 15 levels divided by `/`, at most 1011 characters; a name with a
 * `/` begins with one; not beginning with `aws` or `ssm`, in any case. Source: Systems Manager API Reference,
 * PutParameter, "Name".
 */
export function checkParameterName(name: string): void {
  if (name.length > 1011 || !/^[A-Za-z0-9._/-]+$/.test(name)) {
    throw validation(
      'Parameter name: can only contain letters, digits and the symbols ".-_/", and at most 1011 characters',
    );
  }
  // The code for a path below /aws is not in the reference; moto, which copies AWS's answers, has it.
  if (/^\/aws.*\//i.test(name)) {
    throw new CloudError('AccessDeniedException', `No access to reserved parameter name: ${name}.`);
  }
  if (/^\/?(aws|ssm)/i.test(name)) {
    throw validation('Parameter name: can\'t be prefixed with "ssm" or "aws" (case-insensitive).');
  }
  if (name.includes('/') && !name.startsWith('/')) {
    throw validation('Parameter name must be a fully qualified name.');
  }
  if (name.includes('//') || name.endsWith('/'))
    throw validation('Parameter name: sub-paths cannot be empty');
  if (name.split('/').length - 1 > 15) {
    throw new CloudError(
      'HierarchyLevelLimitExceededException',
      'The hierarchy can have a maximum of 15 levels',
    );
  }
}

export function validation(message: string): CloudError {
  return new CloudError('ValidationException', message);
}
