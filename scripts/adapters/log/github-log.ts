/** The log of a GitHub job: plain lines that cannot be read as workflow commands, annotations, a step summary. */
import * as core from '@actions/core';
import type { AperiodicError } from '../../model/errors.ts';
import { cleanText, disarmCommands, escapeHtml } from './clean-text.ts';
import { createPlainLog, type RunLog } from './plain-log.ts';
import type { Output, Timer } from './track-task.ts';

/** A table for the summary page of a job. Cells are plain text. */
export interface SummaryTable {
  title: string;
  columns: readonly string[];
  rows: readonly (readonly string[])[];
}

export interface GithubLog extends RunLog {
  /** Shows the error at its file and line in the pull request. */
  annotate(error: AperiodicError): void;
  /** Adds tables to the step summary; does nothing when the job has none. */
  summarize(tables: readonly SummaryTable[]): Promise<void>;
}

export function createGithubLog(output: Output, now: Timer): GithubLog {
  const plain = createPlainLog(output, now, (text) => disarmCommands(cleanText(text)));
  return {
    ...plain,
    warn: (message) => issueTo(output, () => core.warning(disarmCommands(cleanText(message)))),
    annotate: (error) =>
      issueTo(output, () =>
        core.error(disarmCommands(cleanText(error.message)), {
          ...(error.file === undefined ? {} : { file: cleanText(error.file) }),
          ...(error.line === undefined ? {} : { startLine: error.line }),
        }),
      ),
    summarize: async (tables) => {
      if (process.env.GITHUB_STEP_SUMMARY === undefined || tables.length === 0) return;
      for (const table of tables) {
        core.summary
          .addHeading(escapeHtml(table.title), 3)
          .addTable([
            table.columns.map((data) => ({ data: escapeHtml(data), header: true })),
            ...table.rows.map((row) => row.map(escapeHtml)),
          ]);
      }
      await core.summary.write();
    },
  };
}

/**
 * @actions/core writes workflow commands to standard output, which holds the command's result (one JSON document under
 * --json). The runner reads both streams, so the line goes to ours. The call is synchronous, nothing else is caught.
 */
function issueTo(output: Output, issue: () => void): void {
  const write = process.stdout.write;
  process.stdout.write = (chunk: string | Uint8Array) => {
    output.write(String(chunk));
    return true;
  };
  try {
    issue();
  } finally {
    process.stdout.write = write;
  }
}
