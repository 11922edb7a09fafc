import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { interruption } from '../../scripts/cli/main.ts';
import { AperiodicError } from '../../scripts/model/errors.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { runMain } from './run-main.ts';

const wrong = new AperiodicError('invalid', "'stroe' is not a known key", {
  file: 'releases/a/b/stream.yaml',
  line: 3,
  detail: 'more',
});

function failing(error: unknown): () => Promise<never> {
  return async () => {
    throw error;
  };
}

describe('a result', () => {
  it('is text on standard output, or one JSON document', async () => {
    assert.deepEqual(await runMain(['play', 'a/b']), { code: 0, stdout: 'played\n', stderr: '' });
    const { stdout } = await runMain(['--json', 'play', 'a/b']);
    assert.deepEqual(JSON.parse(stdout), { played: true });
  });

  it('may have an exit code of its own', async () => {
    const action = async () => ({ json: {}, text: '', exitCode: 1 });
    assert.deepEqual(await runMain(['play', 'a/b'], { action }), { code: 1, stdout: '', stderr: '' });
  });

  it('cannot steer the terminal', async () => {
    const action = async () => ({ json: {}, text: 'a\x1b[2J b\x07\u202e' });
    assert.equal((await runMain(['play', 'a/b'], { action })).stdout, 'a b\n');
  });
});

describe('arguments', () => {
  it('are given by name, options before or after the command', async () => {
    const seen: unknown[] = [];
    await runMain(['--quiet', 'play', 'a/b', '1.0', 'x', 'y', '--dry-run', '--arch', 'amd64', '--json'], {
      action: async ({ given }) => {
        seen.push(given.argument('stream'), given.optional('version'), given.rest('files'));
        seen.push(given.flag('dry-run'), given.text('arch'), given.flag('arch'), given.text('none'));
        return { json: {}, text: '' };
      },
    });
    assert.deepEqual(seen, ['a/b', '1.0', ['x', 'y'], true, 'amd64', false, undefined]);
  });

  it('that are wrong are errors of usage with exit code 1', async () => {
    const cases: [string[], RegExp][] = [
      [[], /name a command: see 'aperiodic --help'/],
      [['paly'], /unknown command 'paly': did you mean play\? \(see 'aperiodic --help'\)/],
      [['play'], /missing required argument 'stream' \(see 'aperiodic play --help'\)/],
      [['play', 'a', '--dry-rum'], /unknown option '--dry-rum': did you mean --dry-run\?/],
      [['play', 'a', '--arch'], /argument missing/],
      [['--root'], /argument missing/],
    ];
    for (const [argv, message] of cases) {
      const { code, stdout, stderr } = await runMain(argv);
      assert.equal(code, 1);
      assert.equal(stdout, '');
      assert.match(stderr, /^error: [^\n]+\n$/);
      assert.match(stderr, message);
      const json = JSON.parse((await runMain([...argv, '--json'])).stdout);
      if (argv.at(-1)?.startsWith('-') !== true) assert.match(json.error.message, message);
      assert.equal(json.error.code, 'usage');
    }
  });

  it('ask for help with exit code 0', async () => {
    const { code, stdout } = await runMain(['play', '--help']);
    assert.equal(code, 0);
    for (const part of [
      'Plays a part',
      '--dry-run',
      '--json',
      'Exit codes:',
      'Examples:',
      'aperiodic play debian-12',
    ]) {
      assert.ok(stdout.includes(part), part);
    }
    assert.match((await runMain(['--help'])).stdout, /play .*play a part/);
  });
});

describe('an error', () => {
  it('names file and line, then its detail', async () => {
    const { code, stdout, stderr } = await runMain(['play', 'a/b'], { action: failing(wrong) });
    assert.deepEqual([code, stdout], [1, '']);
    assert.equal(stderr, "error: releases/a/b/stream.yaml:3: 'stroe' is not a known key\nmore\n");
  });

  it('is one JSON document with --json', async () => {
    const { code, stdout } = await runMain(['play', 'a/b', '--json'], { action: failing(wrong) });
    assert.equal(code, 1);
    const { message, file, line, detail } = wrong;
    assert.deepEqual(JSON.parse(stdout), { error: { code: 'invalid', message, file, line, detail } });
  });

  it('of our own making shows where it comes from only with --debug', async () => {
    const action = failing(new Error('oops', { cause: new Error('deeper') }));
    const { stderr } = await runMain(['play', 'a/b'], { action });
    assert.match(stderr, /^error: oops\nThis is a fault of Aperiodic/);
    assert.doesNotMatch(stderr, /at .*main\.test/);
    const debug = await runMain(['play', 'a/b', '--debug'], { action });
    assert.match(debug.stderr, /main\.test\.ts[\s\S]*caused by: .*deeper/);
  });

  it('of a full disk is recognised', async () => {
    const full = Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC', path: '/x' });
    const { stderr } = await runMain(['play', 'a/b'], {
      action: failing(new Error('copy', { cause: full })),
    });
    assert.match(stderr, /^error: \/x: the disk is full/);
  });

  it('cannot steer the terminal', async () => {
    const error = new AperiodicError('script-failed', 'a\x1b[31mb', {
      detail: 'x\x1b]0;t\x07y\r\nz',
      file: 'f\x9b',
    });
    const { stderr, stdout } = await runMain(['play', 'a/b', '--json'], { action: failing(error) });
    assert.equal(stderr, 'error: f: ab\nxy\nz\n');
    for (const character of ['\x1b', '\x9b']) assert.ok(!stdout.includes(character));
  });
});

describe('in a GitHub job', () => {
  const env = { GITHUB_ACTIONS: 'true' };

  it('an error is an annotation at its file and line', async () => {
    const { stderr } = await runMain(['play', 'a/b'], { env, action: failing(wrong) });
    assert.match(stderr, /^::error file=releases\/a\/b\/stream\.yaml,line=3::'stroe' is not a known key\n/);
  });

  it('text from outside is never a workflow command', async () => {
    const attack = '::set-output name=a::b\n  ::add-path::/x\n##[group]y\r::error::z';
    const action = failing(new AperiodicError('script-failed', attack, { detail: attack }));
    const { stdout, stderr } = await runMain(['play', 'a/b', '--json'], { env, action });
    const commands = `${stdout}${stderr}`.split('\n').filter((line) => /^\s*::|##\[/.test(line));
    assert.equal(commands.length, 1);
    assert.match(commands[0] ?? '', /^::error::/);
    const { stdout: text } = await runMain(['play', 'a/b'], {
      env,
      action: async () => ({ json: {}, text: attack }),
    });
    assert.doesNotMatch(text, /^\s*::|##\[/m);
  });
});

describe('progress', () => {
  const action = async ({ log }: { log: { task(title: string): { done(): void } } }) => {
    log.task('work').done();
    return { json: {}, text: '' };
  };

  it('is live on a terminal, and plain with --json, in CI and on a dumb one', async () => {
    const live = await runMain(['play', 'a/b'], { terminal: true, action });
    assert.ok(live.stderr.includes('\x1b[32m✓'));
    const colorless = await runMain(['play', 'a/b'], { terminal: true, env: { NO_COLOR: '1' }, action });
    assert.ok(colorless.stderr.includes('\x1b[J✓ work'));
    for (const run of [
      runMain(['play', 'a/b', '--json'], { terminal: true, action }),
      runMain(['play', 'a/b'], { terminal: true, env: { CI: 'true' }, action }),
      runMain(['play', 'a/b'], { terminal: true, env: { TERM: 'dumb' }, action }),
      runMain(['play', 'a/b'], { action }),
    ]) {
      assert.match((await run).stderr, /^work: started\nwork: done in /);
    }
  });

  it('is silent with --quiet', async () => {
    assert.equal((await runMain(['-q', 'play', 'a/b'], { terminal: true, action })).stderr, '');
  });
});

describe('an interruption', () => {
  it('ends with 130 and says how to continue, when the work fails for it', async () => {
    const controller = new AbortController();
    const { code, stderr } = await runMain(['play', 'a/b'], {
      signal: controller.signal,
      action: async ({ signal }) => {
        controller.abort(interruption());
        assert.ok(signal.aborted);
        throw new Error('a program was ended by SIGINT');
      },
    });
    assert.deepEqual([code, stderr], [130, 'interrupted; run the same command again to continue\n']);
  });

  it('ends what would outlive it, also when that takes longer than the work gets', async () => {
    const controller = new AbortController();
    const ended: string[] = [];
    const { code } = await runMain(['play', 'a/b'], {
      signal: controller.signal,
      action: ({ onInterrupt }) => {
        const forget = onInterrupt(async () => {
          ended.push('what was taken back');
        });
        onInterrupt(async () => {
          throw new Error('cannot be ended');
        });
        onInterrupt(async () => {
          await sleep(2_100);
          ended.push('an instance');
        });
        forget();
        controller.abort(interruption());
        return new Promise(() => undefined);
      },
    });
    assert.deepEqual([code, ended], [130, ['an instance']]);
  });

  it('does not wait for work that does not end', async () => {
    const controller = new AbortController();
    const { code, stdout } = await runMain(['play', 'a/b', '--json'], {
      signal: controller.signal,
      action: () => {
        controller.abort(interruption());
        return new Promise(() => undefined);
      },
    });
    assert.equal(code, 130);
    assert.equal(JSON.parse(stdout).error.code, 'interrupted');
  });
});

describe('the repository', () => {
  const action = async (context: { root(): string }) => ({ json: {}, text: context.root() });

  it('is the nearest folder upwards with releases/, or the one named', async (t) => {
    const root = await temporaryFolder(t);
    await mkdir(path.join(root, 'releases/debian-12'), { recursive: true });
    const inside = await runMain(['play', 'a/b'], { cwd: path.join(root, 'releases/debian-12'), action });
    assert.equal(inside.stdout, `${root}\n`);
    const named = await runMain(['play', 'a/b', '--root', path.basename(root)], {
      cwd: path.dirname(root),
      action,
    });
    assert.equal(named.stdout, `${root}\n`);
    const other = await runMain(['play', 'a/b', '--root', 'releases'], { cwd: root, action });
    assert.match(other.stderr, /releases: holds no releases\/ folder/);
    assert.match((await runMain(['play', 'a/b'], { cwd: '/', action })).stderr, /^error: no repository here/);
  });
});
