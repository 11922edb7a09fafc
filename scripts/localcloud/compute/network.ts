/** The default VPC that each account has in each region. Its ids follow from account and region, so none is kept. */
import { createHash } from 'node:crypto';
import { GUEST_NETWORK } from './hypervisor.ts';

export interface Subnet {
  id: string;
  zone: string;
  /** Every subnet shows the guests' only network. */
  cidr: string;
}

export interface Vpc {
  id: string;
  subnets: Subnet[];
  /** Group `default`, which lets in only its own members. */
  defaultGroup: string;
}

/** Source: VPC User Guide, "Default VPCs": one a region, with a subnet in each availability zone. */
export function defaultVpc(account: string, region: string): Vpc {
  const id = (prefix: string, what: string) =>
    `${prefix}-${createHash('sha256').update(`${account} ${region} ${what}`).digest('hex').slice(0, 17)}`;
  const zones = ['a', 'b', 'c'].map((letter) => `${region}${letter}`);
  return {
    id: id('vpc', 'vpc'),
    subnets: zones.map((zone) => ({ id: id('subnet', zone), zone, cidr: GUEST_NETWORK })),
    defaultGroup: id('sg', 'default'),
  };
}

/** A locally administered address, always the same for an interface; EC2's begin alike. */
export function macOf(interfaceId: string): string {
  const digits = createHash('sha256').update(interfaceId).digest('hex');
  return ['02', ...[0, 2, 4, 6, 8].map((at) => digits.slice(at, at + 2))].join(':');
}
