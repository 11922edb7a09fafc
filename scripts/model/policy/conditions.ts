/**
 * Conditions of a rule. Each is a least value on one axis, so what a rule matches is closed upwards: a finding that is at
 * least as bad on every axis is matched too. The lint and its proof rest on that.
 */
import type { PolicyConditions } from '../types.generated.ts';
import { type Facts, severityRank } from './facts.ts';

/** Least values by axis; 0 asks for nothing. `fix` is no axis: see {@link matches}. */
const axes = {
  exploited: ({ exploited }: PolicyConditions) => (exploited === undefined ? 0 : 1),
  ransomware: ({ ransomware }: PolicyConditions) => (ransomware === undefined ? 0 : 1),
  severity: ({ severity }: PolicyConditions) => (severity === undefined ? 0 : severityRank(severity)),
  cvss: ({ cvss }: PolicyConditions) => cvss ?? 0,
  epss: ({ epss }: PolicyConditions) => epss ?? 0,
  exposure: ({ exposure }: PolicyConditions) => (exposure === undefined ? 0 : 1),
  automatable: ({ automatable }: PolicyConditions) => (automatable === undefined ? 0 : 1),
  impact: ({ impact }: PolicyConditions) => (impact === undefined ? 0 : 1),
};

export type Axis = keyof typeof axes;

/** A point in the space of all findings. */
export type Point = Record<Axis, number>;

/** The least bad finding that meets the conditions. Who is exploited by ransomware is exploited. */
export function leastPoint(when: PolicyConditions): Point {
  const exploited = Math.max(axes.exploited(when), axes.ransomware(when));
  return {
    exploited,
    ransomware: axes.ransomware(when),
    severity: axes.severity(when),
    cvss: axes.cvss(when),
    epss: axes.epss(when),
    exposure: axes.exposure(when),
    automatable: axes.automatable(when),
    impact: axes.impact(when),
  };
}

export function pointOf(facts: Facts): Point {
  return {
    exploited: Number(facts.exploited),
    ransomware: Number(facts.ransomware),
    severity: severityRank(facts.severity),
    cvss: facts.cvss,
    epss: facts.epss,
    exposure: Number(facts.network),
    automatable: Number(facts.automatable),
    impact: Number(facts.total),
  };
}

/** The least bad finding that is at least as bad as both. */
export function join(a: Point, b: Point): Point {
  return {
    exploited: Math.max(a.exploited, b.exploited),
    ransomware: Math.max(a.ransomware, b.ransomware),
    severity: Math.max(a.severity, b.severity),
    cvss: Math.max(a.cvss, b.cvss),
    epss: Math.max(a.epss, b.epss),
    exposure: Math.max(a.exposure, b.exposure),
    automatable: Math.max(a.automatable, b.automatable),
    impact: Math.max(a.impact, b.impact),
  };
}

/** @param fix whether the fix is in the repositories */
export function matches(when: PolicyConditions, point: Point, fix: boolean): boolean {
  if (when.fix === 'missing' && fix) return false;
  const least = leastPoint(when);
  return (
    least.exploited <= point.exploited &&
    least.ransomware <= point.ransomware &&
    least.severity <= point.severity &&
    least.cvss <= point.cvss &&
    least.epss <= point.epss &&
    least.exposure <= point.exposure &&
    least.automatable <= point.automatable &&
    least.impact <= point.impact
  );
}

export function isEmpty(when: PolicyConditions): boolean {
  return Object.keys(when).length === 0;
}
