/** The schemas of schemas/, each once. A test compares this list with the folder. */
import advisories from '../../schemas/advisories.schema.json' with { type: 'json' };
import advisory from '../../schemas/advisory.schema.json' with { type: 'json' };
import api from '../../schemas/api.schema.json' with { type: 'json' };
import common from '../../schemas/common.schema.json' with { type: 'json' };
import comparison from '../../schemas/comparison.schema.json' with { type: 'json' };
import config from '../../schemas/config.schema.json' with { type: 'json' };
import drillReport from '../../schemas/drill-report.schema.json' with { type: 'json' };
import exposure from '../../schemas/exposure.schema.json' with { type: 'json' };
import githubEvent from '../../schemas/github-event.schema.json' with { type: 'json' };
import history from '../../schemas/history.schema.json' with { type: 'json' };
import kickstart from '../../schemas/kickstart.schema.json' with { type: 'json' };
import notAffected from '../../schemas/not-affected.schema.json' with { type: 'json' };
import pins from '../../schemas/pins.schema.json' with { type: 'json' };
import policy from '../../schemas/policy.schema.json' with { type: 'json' };
import preview from '../../schemas/preview.schema.json' with { type: 'json' };
import qaReport from '../../schemas/qa-report.schema.json' with { type: 'json' };
import record from '../../schemas/record.schema.json' with { type: 'json' };
import release from '../../schemas/release.schema.json' with { type: 'json' };
import repositories from '../../schemas/repositories.schema.json' with { type: 'json' };
import siteManifest from '../../schemas/site-manifest.schema.json' with { type: 'json' };
import stated from '../../schemas/stated.schema.json' with { type: 'json' };
import stream from '../../schemas/stream.schema.json' with { type: 'json' };
import streamDocument from '../../schemas/stream-document.schema.json' with { type: 'json' };
import targets from '../../schemas/targets.schema.json' with { type: 'json' };
import values from '../../schemas/values.schema.json' with { type: 'json' };

export interface SchemaFile {
  $id: string;
  title: string;
  type?: string;
  definitions?: Record<string, object>;
}

export const schemaFiles: readonly SchemaFile[] = [
  advisories,
  advisory,
  api,
  common,
  comparison,
  config,
  exposure,
  drillReport,
  githubEvent,
  history,
  kickstart,
  notAffected,
  pins,
  policy,
  preview,
  qaReport,
  record,
  release,
  repositories,
  siteManifest,
  stated,
  stream,
  streamDocument,
  targets,
  values,
];
