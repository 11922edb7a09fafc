import { CloudError, invalidParameter } from '../errors.ts';

/**
 * Source: EC2 API Reference, RegisterImage and CopyImage, "Name": 3 to 128 letters, digits, `()[] ./-'@_`. The code is
 * of "Error codes for the Amazon EC2 API".
 */
export function checkImageName(name: string): void {
  if (/^[A-Za-z0-9()[\] ./'@_-]{3,128}$/.test(name)) return;
  throw new CloudError(
    'InvalidAMIName.Malformed',
    "AMI names must be between 3 and 128 characters long, and may contain letters, numbers, '(', ')', '.', '-', '/' and '_'",
  );
}

/** Source: service model of EC2, ImageDescription: at most 255 characters. */
export function checkDescription(description: string | undefined): void {
  if (description !== undefined && description.length > 255) {
    throw invalidParameter('Character sets beyond 255 characters are not supported for descriptions');
  }
}

/** Values each property of an image may have. Source: service model of EC2 (enums of RegisterImage). */
const CHOICES = {
  Architecture: ['i386', 'x86_64', 'arm64', 'x86_64_mac', 'arm64_mac'],
  BootMode: ['legacy-bios', 'uefi', 'uefi-preferred'],
  TpmSupport: ['v2.0'],
  ImdsSupport: ['v2.0'],
  VirtualizationType: ['hvm', 'paravirtual'],
  SriovNetSupport: ['simple'],
  VolumeType: ['standard', 'io1', 'io2', 'gp2', 'sc1', 'st1', 'gp3'],
} as const;

export function checkChoice(name: keyof typeof CHOICES, value: string | undefined): string | undefined {
  const choices: readonly string[] = CHOICES[name];
  if (value === undefined || choices.includes(value)) return value;
  throw invalidParameter(
    `Value (${value}) for parameter ${name} is invalid. Valid values: ${choices.join(', ')}`,
  );
}
