/** The gates against the release before, in the order in which they are told. Figures are those of the checks in model/qa. */
import { type Gate, type ListGate, listFigure, type NumberGate, numberFigure, percentAbove } from './gate.ts';

const mebibyte = 1024 * 1024;

const downloadSize: NumberGate = {
  id: 'download-size',
  kind: 'number',
  unit: 'MiB',
  title: 'Published files hardly grow',
  purpose: 'Each file is downloaded by many, and what made it grow is best known now.',
  expectation: 'Each published file is at most `gates.downloadPercent` larger than that of the same format.',
  read: ({ artifacts }) => new Map(artifacts.map(({ format, size }) => [format, size / mebibyte])),
  most: (previous, { downloadPercent }) => percentAbove(previous, downloadPercent),
};

const usedSize: NumberGate = {
  id: 'used-size',
  kind: 'number',
  unit: 'MiB',
  title: 'The root file system hardly grows',
  purpose: 'Users pay for the disk.',
  expectation: 'The root file system uses at most `gates.usedPercent` more.',
  read: (side) => single(numberFigure(side, 'used-size', 'usedMiB')),
  most: (previous, { usedPercent }) => percentAbove(previous, usedPercent),
};

const packages: NumberGate = {
  id: 'packages',
  kind: 'number',
  unit: 'packages',
  title: 'Few packages are added',
  purpose: 'Each package has to be updated by users, and dependencies grow without anybody asking for them.',
  expectation: 'At most `gates.packages` more packages are installed.',
  read: (side) => single(side.packages),
  most: (previous, limits) => previous + limits.packages,
};

const bootTime: NumberGate = {
  id: 'boot-time',
  kind: 'number',
  unit: 's',
  title: 'It boots as fast as before',
  purpose: 'An instance that is slow to answer is taken for a broken one.',
  expectation:
    'The time from power on to a login is at most `gates.bootRatio` times that of the release before, both measured one after the other in the replacement test.',
  read: (side) => single(side.bootSeconds),
  most: (previous, { bootRatio }) => previous * bootRatio,
};

const memory: NumberGate = {
  id: 'memory',
  kind: 'number',
  unit: 'MiB',
  title: 'It needs as little memory as before',
  purpose: 'The smallest instances have half a gibibyte.',
  expectation: 'The memory in use after boot is at most `gates.memoryPercent` more.',
  read: (side) => single(numberFigure(side, 'memory-used', 'usedMiB')),
  most: (previous, { memoryPercent }) => percentAbove(previous, memoryPercent),
};

const listeningPorts: ListGate = {
  id: 'listening-ports',
  kind: 'list',
  refuses: 'added',
  title: 'Nothing more listens',
  purpose: 'Whatever listens can be attacked.',
  expectation: 'No port listens that did not before.',
  read: (side) => listFigure(side, 'listening-ports', 'listening'),
};

const setuidFiles: ListGate = {
  id: 'setuid-files',
  kind: 'list',
  refuses: 'added',
  title: 'No program more runs with the rights of another user',
  purpose: 'A defect in such a program gives its rights to whoever runs it.',
  expectation: 'There is no setuid or setgid file that was not there before.',
  read: (side) => listFigure(side, 'setuid-files', 'setuidFiles'),
};

const kernelCommandLine: ListGate = {
  id: 'kernel-command-line',
  kind: 'list',
  refuses: 'added',
  title: 'The kernel gets the arguments that it got before',
  purpose: 'Arguments switch protections off, and drivers on.',
  expectation:
    'There is no word on the kernel command line that was not there before, save the names of the kernel and of its root.',
  read: (side) => listFigure(side, 'kernel-arguments', 'arguments'),
};

const services: ListGate = {
  id: 'services',
  kind: 'list',
  refuses: 'removed',
  title: 'The services are still there',
  purpose: 'Users rely on what ran without their doing.',
  expectation:
    'Each service that was enabled and active in the guest of the release before is so in that of the new one.',
  read: (side) => side.services,
};

export const gates: readonly Gate[] = [
  downloadSize,
  usedSize,
  packages,
  bootTime,
  memory,
  listeningPorts,
  setuidFiles,
  kernelCommandLine,
  services,
];

function single(value: number | undefined): Map<string, number> | undefined {
  return value === undefined ? undefined : new Map([['', value]]);
}
