import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createGithubLog } from '../../../scripts/adapters/log/github-log.ts';
import { createPlainLog, createQuietLog, type RunLog } from '../../../scripts/adapters/log/plain-log.ts';
import { createTerminalLog } from '../../../scripts/adapters/log/terminal-log.ts';
import { AperiodicError } from '../../../scripts/model/errors.ts';
import { assertGolden } from '../../support/golden.ts';
import { createFakeClock, createFakeOutput } from './fake-output.ts';

const golden = (name: string) => fileURLToPath(new URL(`golden/${name}`, import.meta.url));
const mebibyte = 1024 ** 2;

/** Two boots at once beside a download, with warnings and text from outside. `tick` is when a terminal redraws. */
function play(log: RunLog, pass: (seconds: number) => void, tick: () => void = () => undefined): void {
  const step = (seconds: number) => {
    pass(seconds);
    tick();
  };
  log.info('releasing debian-12/cloud-base 20261122.0');
  const fetch = log.task('fetch');
  fetch.progress(0, 97 * mebibyte, 'bytes');
  step(1);
  fetch.progress(30 * mebibyte, 97 * mebibyte, 'bytes');
  step(1.5);
  fetch.progress(50 * mebibyte, 97 * mebibyte, 'bytes');
  fetch.note('linux-image-\x1b[2Jamd64');
  step(0.5);
  fetch.done('208 packages');
  fetch.failed('late');
  const bios = log.task('qa bios');
  const uefi = log.task('qa uefi');
  step(11);
  bios.note('waiting for login');
  uefi.progress(1, 4, 'checks');
  step(12);
  log.warn('::error::the clock of the guest is slow\r##[group]x');
  bios.progress(12, undefined, 'checks');
  uefi.progress(2, 4, 'checks');
  step(60);
  bios.failed('boot: no login\nwithin 180 s');
  uefi.done();
}

describe('the plain log', () => {
  it('prints whole lines, few of them', () => {
    const output = createFakeOutput();
    const clock = createFakeClock();
    play(createPlainLog(output, clock.now), clock.pass);
    assertGolden(golden('plain.txt'), output.text());
  });

  it('prints a progress line at most every ten seconds when no quarter is reached', () => {
    const output = createFakeOutput();
    const clock = createFakeClock();
    const task = createPlainLog(output, clock.now).task('scan');
    for (let done = 0; done < 1000; done++) {
      clock.pass(0.1);
      task.progress(done, undefined, 'steps');
    }
    assert.equal(output.text().split('\n').length - 1, 1 + 10);
  });
});

describe('the terminal log', () => {
  it('redraws a line for each running task and leaves one for each that ended', () => {
    const output = createFakeOutput(60);
    const clock = createFakeClock();
    let redraw: (() => void) | undefined;
    const every = (_: number, run: () => void) => {
      redraw = run;
      return () => {
        redraw = undefined;
      };
    };
    const log = createTerminalLog(output, clock.now, { color: false, every });
    play(log, clock.pass, () => redraw?.());
    assert.equal(redraw, undefined, 'the timer stops with the last task');
    log.close();
    assertGolden(golden('terminal.txt'), output.visible());
  });

  it('cuts lines to the width and tasks to the height', () => {
    const output = createFakeOutput(40, 3);
    const log = createTerminalLog(output, createFakeClock().now, {
      color: true,
      every: () => () => undefined,
    });
    for (let i = 0; i < 5; i++) log.task(`task ${i} ${'x'.repeat(100)}`);
    const last = output.visible().split('┆\n').at(-1) ?? '';
    const rows = last.split('\n').slice(0, -1);
    assert.equal(rows.length, 2);
    for (const row of rows) assert.ok(row.replace(/␛\[[\d?]*[A-Za-z]/g, '').length <= 40);
  });

  it('removes its live lines when it is closed', () => {
    const output = createFakeOutput();
    const log = createTerminalLog(output, createFakeClock().now, {
      color: false,
      every: () => () => undefined,
    });
    log.task('one');
    log.task('two');
    log.close();
    assert.ok(output.visible().endsWith('␛[2A␛[J'));
  });
});

describe('the GitHub log', () => {
  it('prints plain lines that the runner does not carry out, and annotations', () => {
    const output = createFakeOutput();
    const clock = createFakeClock();
    const log = createGithubLog(output, clock.now);
    play(log, clock.pass);
    log.annotate(
      new AperiodicError('invalid', "'a%' is wrong\nsecond", { file: 'releases/a,b:c/stream.yaml', line: 3 }),
    );
    assertGolden(golden('github.txt'), output.text());
  });
});

it('the quiet log prints warnings only', () => {
  const output = createFakeOutput();
  play(createQuietLog(output), () => undefined);
  assert.equal(output.text(), 'warning: ::error::the clock of the guest is slow\n##[group]x\n');
});
