/** Words of a command line or of a web address as a query, and why a query found nothing. Pure. */
import { AperiodicError } from '../errors.ts';
import type { ApiStream } from '../types.generated.ts';
import { type Machine, parseMachine } from './architectures.ts';
import { matchesStream, type Query, selectFrom } from './select.ts';

/** As they are asked; each may be left out. */
export interface QueryWords {
  distribution?: string | undefined;
  image?: string | undefined;
  /** Any name of a processor: x86_64, amd64, aarch64, arm64. */
  arch?: string | undefined;
  region?: string | undefined;
  version?: string | undefined;
  /** A day (all of it, in UTC), or a moment. */
  at?: string | undefined;
}

const name = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const region = /^[a-z]{2,4}(-[a-z]+){1,2}-[0-9]{1,2}$/;
const day = /^\d{4}-\d{2}-\d{2}$/;
/** RFC 3339, 5.6. */
const moment = /^(\d{4}-\d{2}-\d{2})[Tt](\d{2}:\d{2}):(\d{2})(\.\d{1,20})?([Zz]|[+-]\d{2}:\d{2})$/;
/** Only its shape: one with a date that never was is simply not there. */
const version = /^\d{8}\.(0|[1-9]\d{0,3})$/;
/** Nothing that is asked for is longer. */
const maxWord = 100;

/** @throws AperiodicError `usage` for a word that cannot be meant */
export function parseQuery(words: QueryWords): Query {
  return {
    distribution: check('distribution', words.distribution, isName, 'such as debian, or debian-12'),
    image: check('image', words.image, isName, 'such as cloud-base'),
    machine: readMachine(words.arch),
    region: check('region', words.region, (word) => region.test(word), 'such as eu-west-1'),
    version: check('version', words.version, (word) => version.test(word), 'YYYYMMDD.N'),
    at: readMoment(words.at),
  };
}

function isName(word: string): boolean {
  return name.test(word);
}

function check(
  what: string,
  word: string | undefined,
  accept: (word: string) => boolean,
  wanted: string,
): string | undefined {
  if (word === undefined || (word.length <= maxWord && accept(word))) return word;
  throw refuse(word, what, wanted);
}

function readMachine(word: string | undefined): Machine | undefined {
  if (word === undefined) return undefined;
  const machine = parseMachine(word);
  if (machine !== undefined) return machine;
  throw refuse(word, 'processor', 'x86_64 or aarch64');
}

function readMoment(word: string | undefined): Date | undefined {
  if (word === undefined) return undefined;
  const [, date = '', minutes = '', seconds = '', fraction = '', zone = ''] =
    moment.exec(day.test(word) ? `${word}T23:59:59Z` : word) ?? [];
  // A leap second is the end of the one before it.
  const second = seconds === '60' ? '59' : seconds;
  const found = new Date(`${date}T${minutes}:${second}${fraction.slice(0, 4)}${zone.toUpperCase()}`);
  // A day that is not in the calendar would be taken for one of the next month.
  const isReal = new Date(`${date}T00:00:00Z`).toJSON()?.startsWith(date) === true;
  if (isReal && !Number.isNaN(found.getTime())) return found;
  throw refuse(word, 'date', 'YYYY-MM-DD, or a moment such as 2026-11-22T12:00:00Z');
}

function refuse(word: string, what: string, wanted: string): AperiodicError {
  // What others wrote is shown without what could move a cursor.
  const shown = JSON.stringify(word.slice(0, maxWord));
  return new AperiodicError('usage', `${shown} is no ${what}: write ${wanted}`);
}

/** A sentence for people: which part of the query fits nothing, and what would. */
export function explainNothing(streams: readonly ApiStream[], query: Query, now: Date): string {
  const { distribution, image } = query;
  if (streams.length === 0) return 'no stream is known here';
  const ofDistribution = streams.filter((stream) => matchesStream(stream, { distribution }));
  if (ofDistribution.length === 0)
    return `there is no distribution '${distribution}': there are ${listOf(streams, (one) => one.distribution)}`;
  const found = ofDistribution.filter((stream) => matchesStream(stream, { image }));
  if (found.length === 0)
    return `there is no image '${image}': there are ${listOf(ofDistribution, (one) => one.image)}`;
  const withdrawn = found
    .flatMap(({ releases }) => releases)
    .find((release) => release.version === query.version && release.standing === 'withdrawn');
  if (withdrawn !== undefined)
    return `version ${query.version} was withdrawn: ${withdrawn.withdrawn?.reason ?? 'no reason is given'}`;
  if (found.every(({ releases }) => releases.length === 0)) return explainIdle(found);
  return explainRest(found, query, now);
}

/** Of streams without a release: what was never run is not merely late. */
function explainIdle(streams: readonly ApiStream[]): string {
  const never = streams.filter(({ neverRun }) => neverRun !== undefined);
  const [first] = never;
  if (first !== undefined && streams.length === 1) return `${first.id} was never run: ${first.neverRun}`;
  const late = streams.filter(({ neverRun }) => neverRun === undefined);
  const ids = (list: readonly ApiStream[]) => listOf(list, ({ id }) => id);
  const yet = late.length === 0 ? [] : [`nothing of ${ids(late)} is released yet`];
  return [...yet, ...(never.length === 0 ? [] : [`never run: ${ids(never)}`])].join('; ');
}

/** The first of what was asked without which something is found. */
function explainRest(streams: readonly ApiStream[], query: Query, now: Date): string {
  const where = listOf(streams, ({ id }) => id);
  const finds = (without: Partial<Query>) => selectFrom(streams, { ...query, ...without }, now).length > 0;
  if (query.version !== undefined && finds({ version: undefined }))
    return `${where} has no version ${query.version} that fits`;
  if (query.at !== undefined && finds({ at: undefined }))
    return `nothing of ${where} was public at ${query.at.toISOString()}`;
  if (query.region !== undefined && finds({ region: undefined }))
    return `${where} has no public AMI in ${query.region}`;
  if (query.machine !== undefined && finds({ machine: undefined }))
    return `${where} is not there for ${query.machine}`;
  return `nothing of ${where} fits all that was asked`;
}

function listOf(streams: readonly ApiStream[], of: (stream: ApiStream) => string): string {
  return [...new Set(streams.map(of))].sort().join(', ');
}
