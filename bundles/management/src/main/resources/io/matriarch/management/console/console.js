// The console of one member. Each part is a module of its own; here they begin, and what is asked for how often.
import * as actions from '/console/actions.js';
import * as backups from '/console/backups.js';
import * as charts from '/console/charts.js';
import * as cluster from '/console/cluster.js';
import * as live from '/console/live.js';
import * as notices from '/console/notices.js';
import * as sessions from '/console/sessions.js';
import * as topology from '/console/topology.js';
import * as work from '/console/work.js';

const ASKED = [
  ['cluster', '/cluster', 3],
  ['node', '/node', 3],
  ['alerts', '/alerts', 3],
  ['decisions', '/decisions?sinceSeconds=3600', 5],
  ['silences', '/silences', 5],
  ['health', '/health', 10],
  ['restores', '/restores', 3],
  ['jobs', '/jobs', 4],
  ['wal', '/wal', 10],
  ['backups', '/backups', 60],
];

for (const part of [cluster, topology, notices, backups, work, charts, actions, sessions]) part.start();
for (const [topic, path, seconds] of ASKED) live.poll(topic, path, seconds);
live.start();
