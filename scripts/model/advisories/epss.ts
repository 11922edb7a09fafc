/** FIRST's EPSS scores: lines of `cve,epss,percentile` below a comment and a header. https://www.first.org/epss/data_stats */
import { quote } from './clean.ts';
import { Flaws } from './flaws.ts';

export interface EpssReader {
  add(line: string): void;
  /** Scores by CVE. */
  end(): { epss: Map<string, number>; flaws: Flaws };
}

/** @param wanted whether a CVE is of interest: the file has all there are */
export function createEpssReader(wanted: (cve: string) => boolean = () => true): EpssReader {
  const epss = new Map<string, number>();
  const flaws = new Flaws(20);
  return {
    add(line) {
      if (line === '' || line.startsWith('#') || line.startsWith('cve,')) return;
      const [cve = '', score = ''] = line.slice(0, 200).split(',');
      const value = /^[01](\.\d{1,20})?$|^\d(\.\d{1,20})?e-\d{1,3}$/i.test(score)
        ? Number(score)
        : Number.NaN;
      if (!/^CVE-\d{4}-\d{4,19}$/.test(cve) || !(value >= 0 && value <= 1))
        flaws.add(`the line ${quote(line)} was left out`);
      else if (wanted(cve)) epss.set(cve, Math.max(value, epss.get(cve) ?? 0));
    },
    end: () => ({ epss, flaws }),
  };
}
