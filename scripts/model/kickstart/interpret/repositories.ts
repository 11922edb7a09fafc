/** url and repo: where the repositories of an rpm stream are. */
import { findViolation } from '../../schema.ts';
import type { AddressKind, RequestedSource } from '../../types.generated.ts';
import { quote } from '../line-rules.ts';
import type { Report } from '../report.ts';
import type { CommandReader, Draft } from './draft.ts';

const kinds: readonly AddressKind[] = ['baseurl', 'mirrorlist', 'metalink'];

/** The installation source is the stream's first repository. */
export function readUrl(command: CommandReader, draft: Draft, report: Report): void {
  const [first] = draft.repositories;
  if (refuseDeb(command, draft, report)) return;
  readSource(command, first ?? 'installation-source', '--url', draft, report);
}

export function readRepo(command: CommandReader, draft: Draft, report: Report): void {
  if (refuseDeb(command, draft, report)) return;
  const name = command.text('--name') ?? '';
  // A kickstart that is looked at without a stream may name what it likes.
  if (draft.repositories.length > 0 && !draft.repositories.includes(name)) {
    const why =
      "is not one of the stream: add it to 'repositories' of its stream.yaml, and with its keys to releases/repositories.yaml";
    report.refuse(command.line, `repo --name=${quote(name)}`, why, 'invalid');
    return;
  }
  readSource(command, name, '--baseurl', draft, report);
}

function refuseDeb(command: CommandReader, draft: Draft, report: Report): boolean {
  if (draft.payload === 'rpm') return false;
  const why = "repositories come from the stream: name them in its stream.yaml, 'repositories'";
  report.refuse(command.line, command.name, why);
  return true;
}

function readSource(
  command: CommandReader,
  repository: string,
  baseOption: string,
  draft: Draft,
  report: Report,
): void {
  const given = kinds.filter((kind) => command.has(optionOf(kind, baseOption)));
  const [kind] = given;
  if (kind === undefined || given.length > 1) {
    const why = `needs exactly one of ${kinds.map((one) => optionOf(one, baseOption)).join(', ')}`;
    report.refuse(command.line, command.name, why, 'invalid');
    return;
  }
  if (draft.sources.some((source) => source.repository === repository)) {
    report.refuse(
      command.line,
      command.name,
      `repository ${quote(repository)} has an address already`,
      'invalid',
    );
    return;
  }
  const cost = command.integer('--cost');
  const include = patterns(command, '--includepkgs');
  const exclude = patterns(command, '--excludepkgs');
  const source: RequestedSource = {
    repository,
    kind,
    uri: command.text(optionOf(kind, baseOption)) ?? '',
    ...(cost === undefined ? {} : { cost }),
    ...(include.length === 0 ? {} : { includePackages: include }),
    ...(exclude.length === 0 ? {} : { excludePackages: exclude }),
  };
  const violation = findViolation('RequestedSource', source);
  if (violation === undefined && !/:\/\/[^/]*@/.test(source.uri)) draft.sources.push(source);
  else {
    // The value is not shown: an address may hold a password.
    const what = `${command.name} ${violation?.path[0] === 'repository' ? '--name' : String(violation?.path[0] ?? 'address')}`;
    report.refuse(
      command.line,
      what,
      'does not look right: https://HOST/FOLDER, without user and password',
      'invalid',
    );
  }
}

function optionOf(kind: AddressKind, baseOption: string): string {
  return kind === 'baseurl' ? baseOption : `--${kind}`;
}

function patterns(command: CommandReader, option: string): string[] {
  return command
    .list(option)
    .flatMap((text) => text.split(','))
    .map((text) => text.trim())
    .filter((text) => text !== '');
}
