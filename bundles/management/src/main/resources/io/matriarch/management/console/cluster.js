// The cluster at a glance: its word, the tiles, the table of members.
import { ago, bytes, byId, cell, duration, element, originOf, plural, replace, row } from '/console/dom.js';
import { known, on } from '/console/live.js';

const GHOST_MILLIS = 3600000;

/** Members the store knew and knows no more, by name: they are shown with their age. */
const ghosts = new Map();

export function isWell(member) {
  return member.state === 'running' || member.state === 'streaming';
}

/** @return those of now, and those that have gone, with the time they were seen last */
export function allMembers() {
  const now = known.cluster ? known.cluster.members : [];
  const names = new Set(now.map((m) => m.name));
  const gone = [...ghosts.values()].filter((g) =>
    !names.has(g.member.name) && Date.now() - g.at < GHOST_MILLIS);
  return [...now.map((member) => ({ member, gone: '' })),
    ...gone.map((g) => ({ member: g.member, gone: new Date(g.at).toISOString() }))];
}

function drawCluster(cluster) {
  for (const member of cluster.members) ghosts.set(member.name, { member, at: Date.now() });
  byId('cluster').textContent = cluster.scope;
  document.title = cluster.scope + ' - Matriarch';
  byId('scheduled').textContent = cluster.scheduledSwitchover;
  byId('scheduled-line').hidden = !cluster.scheduledSwitchover;
  drawScheduledRestart();
  byId('pause').hidden = cluster.paused;
  byId('resume').hidden = !cluster.paused;
  byId('failover').hidden = cluster.leader !== '';
  byId('switchover').hidden = cluster.leader === '';
  drawMembers();
  drawWord(cluster);
  drawTiles();
}

/** Of this node: it alone can call its restart off. */
function drawScheduledRestart() {
  const here = known.node && known.cluster ? known.cluster.members.find((m) => m.name === known.node.name) : null;
  byId('restart-line').hidden = !here || !here.scheduledRestart;
  if (here) byId('scheduled-restart').textContent = here.name + ' restarts ' + here.scheduledRestart;
}

function word(cluster) {
  if (!cluster.leader) return ['bad', 'No leader', 'nothing can be written'];
  const leader = cluster.members.find((m) => m.name === cluster.leader);
  if (leader && leader.state !== 'running')
    return ['bad', 'Leader unwell', leader.name + ' is ' + leader.state];
  if (cluster.paused) return ['warn', 'Paused', 'nobody takes over'];
  const ill = cluster.members.filter((m) => !isWell(m)).map((m) => m.name + ' is ' + m.state);
  const gone = allMembers().filter((m) => m.gone).map((m) => m.member.name + ' is gone');
  if (ill.length + gone.length > 0) return ['warn', 'Degraded', [...ill, ...gone].join(', ')];
  const standbys = cluster.members.length - 1;
  if (standbys === 0) return ['warn', 'Alone', cluster.leader + ' leads, and nobody could take over'];
  return ['good', 'Well', cluster.leader + ' leads, ' + plural(standbys, 'standby streams', 'standbys stream')];
}

function drawWord(cluster) {
  const [kind, said, why] = word(cluster);
  byId('word').textContent = said;
  byId('word').className = 'word ' + kind;
  byId('why').textContent = why;
}

export function drawMembers() {
  const leader = known.cluster ? known.cluster.leader : '';
  replace('members', allMembers().map(({ member, gone }) => drawMember(member, leader, gone)));
}

function drawMember(member, leader, gone) {
  const name = element('td');
  const origin = originOf(member.apiUrl);
  if (origin) {
    const link = element('a', member.name);
    link.href = origin + '/console';
    link.dataset.key = 'member ' + member.name;
    name.append(link);
  } else name.textContent = member.name;
  const notes = [];
  if (member.pendingRestart) notes.push('waits for a restart');
  if (member.scheduledRestart) notes.push('restart ' + member.scheduledRestart);
  for (const [tag, value] of Object.entries(member.tags)) notes.push(tag + ': ' + value);
  const made = row(name, element('td', gone ? 'was ' + member.role : member.role,
    member.name === leader ? 'good' : ''),
  gone ? element('td', 'gone, seen ' + ago(gone), 'bad')
    : element('td', member.state, isWell(member) ? 'good' : 'bad'),
  member.timeline || '', bytes(member.receiveLagBytes), bytes(member.replayLagBytes),
  member.host + ':' + member.port, notes.join('; '));
  if (gone) made.className = 'gone';
  return made;
}

// ---- tiles ----

export function leaderReplication() {
  const leader = known.cluster ? known.cluster.leader : '';
  const told = known.replications.get(leader);
  return told ? told.answer : null;
}

function tile(title, value, lines, kind) {
  const made = element('div', null, 'tile');
  made.append(element('h3', title), element('p', value, 'figure ' + (kind || '')));
  for (const line of lines) if (line) made.append(element('p', line, 'quiet'));
  return made;
}

/** What would be lost if the leader died this moment. */
function lossTile(replication) {
  if (!replication) return tile('RPO: leader lost', 'not known', ['its figures are missing']);
  const standbys = replication.standbys.filter((s) => s.state === 'streaming');
  const safe = standbys.filter((s) => s.syncState === 'sync' || s.syncState === 'quorum');
  const required = replication.synchronousRequired || 0;
  if (required > 0 && safe.length >= required)
    return tile('RPO: leader lost', 'nothing', ['commits wait for ' + plural(required, 'standby', 'standbys')
      + ' of ' + safe.map((s) => s.name).join(', ')], 'good');
  if (standbys.length === 0) return tile('RPO: leader lost', 'everything unarchived', ['no standby streams'], 'bad');
  const behind = (s) => s.stages.filter((it) => it.stage === 'pending' || it.stage === 'network' || it.stage === 'flush')
    .reduce((sum, it) => sum + (it.bytes || 0), 0);
  const best = standbys.reduce((a, b) => (behind(a) <= behind(b) ? a : b));
  return tile('RPO: leader lost', bytes(behind(best)),
    [best.name + ' is nearest, asynchronous: what it has not flushed would be lost']);
}

function archiveTile(replication) {
  const rpo = replication ? replication.archiveRpoSeconds : null;
  if (rpo === null || rpo === undefined) return tile('RPO: all lost', 'not known', ['no archive is known of']);
  const goal = replication.archiveRpoObjectiveSeconds;
  return tile('RPO: all lost', duration(rpo), ['age of the newest change in no repository',
    goal ? 'objective ' + duration(goal) : ''], goal && rpo > goal ? 'bad' : 'good');
}

function takeoverTile() {
  const handovers = known.events.filter((e) => e.kind === 'failover' || e.kind === 'switchover');
  const last = handovers[handovers.length - 1];
  if (!last) return tile('RTO: leader lost', 'not measured', ['no failover or switchover within 30 days']);
  const took = (Date.parse(last.ended) - Date.parse(last.began)) / 1000;
  return tile('RTO: leader lost', duration(took), ['the last ' + last.kind + ', ' + ago(last.began)
    + (last.former ? ': ' + last.former + ' to ' + last.member : '')]);
}

/** The leader's figure, or while it has none yet what the repositories say. */
function restoreSeconds(replication) {
  if (replication && replication.restoreRtoSeconds !== null) return replication.restoreRtoSeconds;
  const times = known.repositories.map((r) => r.restoreTime).filter((t) => t).map((t) => t.latestMillis / 1000);
  return times.length > 0 ? Math.min(...times) : null;
}

function restoreTile(replication) {
  const rto = restoreSeconds(replication);
  if (rto === null || rto === undefined) return tile('RTO: all lost', 'not known', ['there is nothing to restore']);
  const goal = replication ? replication.restoreRtoObjectiveSeconds : null;
  return tile('RTO: all lost', duration(rto), ['a restore to the latest state',
    goal ? 'objective ' + duration(goal) : ''], goal && rto > goal ? 'bad' : 'good');
}

function drawTiles() {
  const replication = leaderReplication();
  replace('tiles', [lossTile(replication), takeoverTile(), archiveTile(replication), restoreTile(replication)]);
}

export function start() {
  on('cluster', drawCluster);
  on('node', drawScheduledRestart);
  on('replications', drawTiles);
  on('replication', drawTiles);
  on('backups', (answer) => {
    known.repositories = answer.repositories;
    drawTiles();
  });
  on('events', (answer) => {
    known.events = answer.events;
    drawTiles();
  });
  setInterval(() => { if (allMembers().some((m) => m.gone)) drawMembers(); }, 5000);
}
