// Repositories: what lies there, what the archive holds and lacks, and to when a restore can go.
import { ago, bytes, byId, drawn, duration, element, none, plural, replace, row, time, whole } from '/console/dom.js';
import { athome, get, hurry, on } from '/console/live.js';
import { ask, send } from '/console/actions.js';

let repositories = [];
let wal = null;
let range = null;
let planned = null;
let runs = null;

// ---- the archive ----

/** Where a segment stands: its number without the timeline. */
function place(segment) {
  return parseInt(segment.slice(8, 16), 16) * 256 + parseInt(segment.slice(16, 24), 16);
}

function strip(repository, archive) {
  const first = place(archive.first);
  const width = Math.max(1, place(archive.last) - first + 1);
  const x = (segment) => 1000 * (place(segment) - first) / width;
  const gaps = wal && wal.lastCheck
    ? wal.lastCheck.gaps.filter((g) => g.repository === repository.name && g.archiveId === archive.id) : [];
  const picture = drawn('svg', { viewBox: '0 0 1000 34', preserveAspectRatio: 'none', role: 'img', class: 'strip',
    'aria-label': 'WAL of ' + archive.id + ' from ' + archive.first + ' to ' + archive.last + ', '
      + plural(gaps.length, 'gap', 'gaps') });
  picture.append(drawn('rect', { x: 0, y: 8, width: 1000, height: 18, class: 'held' }));
  for (const gap of gaps) {
    const mark = drawn('rect', { x: Math.max(0, x(gap.first)), y: 4, height: 26, class: 'gap',
      width: Math.max(4, 1000 * gap.count / width) });
    mark.append(drawn('title', {}, plural(gap.count, 'segment', 'segments') + ' missing from ' + gap.first));
    picture.append(mark);
  }
  for (const backup of repository.backups)
    if (backup.walFirst && place(backup.walFirst) >= first && place(backup.walFirst) <= place(archive.last))
      picture.append(drawn('rect', { x: Math.min(996, x(backup.walFirst)), y: 0, width: 3, height: 34,
        class: 'backup' }));
  return { picture, gaps };
}

function drawArchive() {
  const parts = [];
  for (const repository of repositories) {
    for (const archive of repository.archives) {
      if (!archive.first) continue;
      const { picture, gaps } = strip(repository, archive);
      const box = element('div', null, 'archive');
      const stored = wal ? wal.repositories.find((r) => r.name === repository.name) : null;
      box.append(element('strong', repository.name + ', ' + archive.id), picture);
      const ends = element('div', null, 'ends');
      ends.append(element('code', archive.first), element('code', archive.last));
      box.append(ends);
      const words = [];
      if (stored && stored.lastAt) words.push('last file ' + ago(stored.lastAt));
      if (stored && stored.lastFailure) words.push('failing: ' + stored.lastFailure.message);
      for (const gap of gaps)
        words.push(plural(gap.count, 'segment is', 'segments are') + ' missing from ' + gap.first
          + (gap.neededBy.length > 0 ? ', needed by ' + gap.neededBy.join(', ') : ''));
      box.append(element('p', words.join('; '), gaps.length > 0 ? 'bad' : 'quiet'));
      parts.push(box);
    }
  }
  replace('archive', parts);
  drawChecked();
}

function drawChecked() {
  if (!wal) return;
  const waiting = wal.waiting.files > 0
    ? plural(wal.waiting.files, 'file waits', 'files wait') + ' here since ' + time(wal.waiting.since) + '. ' : '';
  const check = wal.checking ? 'The archive is being compared with what restores need.'
    : !wal.lastCheck ? 'Gaps are not known: it was not checked since this agent began.'
      : plural(wal.lastCheck.gaps.length, 'gap', 'gaps') + ' at the check of ' + time(wal.lastCheck.at)
        + wal.lastCheck.trouble.map((t) => '; ' + t).join('') + '.';
  byId('checked').textContent = waiting + check;
}

// ---- backups ----

function mark(found, well) {
  if (!found) return element('td', 'not yet', 'quiet');
  const made = element('td', null, found.sound ? 'good' : 'bad');
  made.append(element('span', found.sound ? '\u2713 ' + well : '\u2717 ' + found.why, 'mark'),
    element('div', time(found.at), 'quiet'));
  return made;
}

function drawBackups(answer) {
  repositories = answer.repositories;
  const rows = [];
  for (const repository of repositories) {
    if (repository.trouble) {
      const why = element('td', repository.trouble.message, 'bad');
      why.colSpan = 7;
      rows.push(row(repository.name, why));
    }
    for (const backup of [...repository.backups].reverse())
      rows.push(row(repository.name, whole(backup.label), backup.type, whole(time(backup.stop)),
        bytes(backup.sizeBytes) + ', ' + bytes(backup.repositoryBytes) + ' stored',
        element('td', backup.pages, backup.pages === 'errors' ? 'bad' : ''),
        mark(backup.verified, 'verified'), mark(backup.drilled, 'restored')));
  }
  replace('backups', rows.length > 0 ? rows : [none(8, 'None.')]);
  drawArchive();
  drawRange();
}

// ---- the range a restore can end in ----

function restorable() {
  const ranges = repositories.map((r) => r.restorable).filter((r) => r);
  if (ranges.length === 0) return null;
  return { from: Math.min(...ranges.map((r) => Date.parse(r.earliest))),
    to: Math.max(...ranges.map((r) => Date.parse(r.latest))) };
}

function iso(millis) {
  return new Date(Math.floor(millis / 1000) * 1000).toISOString().replace('.000Z', 'Z');
}

function drawRange() {
  const before = range;
  range = restorable();
  byId('restore').hidden = !range;
  byId('no-restore').hidden = Boolean(range);
  if (!range) return;
  const slider = byId('moment');
  const atEnd = !before || Number(slider.value) >= Number(slider.max);
  const chosen = Number(slider.value);
  slider.min = String(Math.ceil(range.from / 1000));
  slider.max = String(Math.max(Math.ceil(range.from / 1000), Math.floor(range.to / 1000)));
  slider.step = '1';
  slider.value = atEnd ? slider.max : String(chosen);
  byId('earliest').textContent = time(iso(range.from));
  byId('latest').textContent = time(iso(range.to));
  const picture = drawn('svg', { viewBox: '0 0 1000 16', preserveAspectRatio: 'none', class: 'strip' });
  const span = Math.max(1, range.to - range.from);
  for (const repository of repositories)
    for (const backup of repository.backups) {
      const x = 1000 * (Date.parse(backup.stop) - range.from) / span;
      if (x >= 0 && x <= 1000) picture.append(drawn('rect', { x: Math.min(996, x), y: 2, width: 4, height: 12, class: 'backup' }));
    }
  byId('ticks').replaceChildren(picture);
  drawMoment();
}

function target() {
  return byId('to-latest').checked ? 'latest' : iso(Number(byId('moment').value) * 1000);
}

function drawMoment() {
  const latest = byId('to-latest').checked;
  byId('moment').disabled = latest;
  byId('chosen').textContent = latest ? 'the latest state' : time(target());
  byId('moment').ariaValueText = byId('chosen').textContent;
  planned = null;
  byId('begin').disabled = true;
  byId('plan').hidden = true;
}

function drawPlan(plan) {
  const lines = [['Target', time(plan.target)], ['From', plan.repository + ', ' + plan.chain.join(' on ')],
    ['Timeline', plan.timeline], ['WAL', plan.walFirst ? plan.walFirst + ' to ' + plan.walLast + ', up to '
      + bytes(plan.walBytes) : 'none'], ['Files', bytes(plan.bytes) + ', ' + bytes(plan.storedBytes) + ' to read'],
    ['Takes about', duration(plan.estimateMillis / 1000)], ['Directory', plan.directory]];
  if (plan.overwritten.length > 0) lines.push(['Overwrites', plan.overwritten.join(', ')]);
  const list = element('dl');
  for (const [name, value] of lines) list.append(element('dt', name), element('dd', value));
  replace('plan', [list, ...plan.notes.map((note) => element('p', note, 'quiet'))]);
  byId('plan').hidden = false;
}

async function makePlan() {
  byId('restore-said').textContent = 'asked';
  const body = { target: target(), directory: byId('directory').value.trim() };
  const answer = await send('POST', '/restores', { ...body, dryRun: true });
  byId('restore-said').textContent = answer.text;
  if (!answer.ok) return;
  planned = body;
  drawPlan(answer.json.plan);
  byId('begin').disabled = false;
}

// ---- what the retention would remove ----

function expiryRows(plan) {
  return plan.repositories.flatMap((it) => [
    ...it.remove.map((b) => row(it.repository, whole(b.label), element('td', 'removed', 'bad'), b.reason)),
    ...it.keep.map((b) => {
      const blocked = it.blocked.find((one) => one.label === b.label);
      return row(it.repository, whole(b.label), element('td', 'kept', blocked ? 'warn' : ''),
        b.reason + (blocked ? '; ' + blocked.reason : ''));
    })]);
}

/** The plan first, by what this member sees now; the one that does it judges anew. */
async function askExpire() {
  let plan;
  try {
    plan = await get('/backup/expiry');
  } catch (e) {
    ask({ title: 'Expire', text: 'What would go is not known: ' + e.message, idle: true });
    return;
  }
  const goes = plan.repositories.some((it) => it.remove.length + it.wal.length > 0);
  const table = element('table');
  const rows = expiryRows(plan);
  table.append(...(rows.length > 0 ? rows : [none(4, 'There are no backups.')]));
  const lines = plan.repositories.flatMap((it) => [
    ...it.wal.map((text) => element('p', it.repository + ': WAL of ' + text, 'bad')),
    ...it.notes.map((text) => element('p', it.repository + ': ' + text, 'quiet')),
    ...(it.trouble ? [element('p', it.repository + ': ' + it.trouble.message, 'bad')] : [])]);
  ask({ title: 'Expire', path: '/backup/expire', shown: [table, ...lines], typed: true, idle: !goes,
    text: goes ? 'What the retention does not keep is removed for ever.' : 'Nothing expires: the retention keeps all.' });
}

/** Repositories are looked at seldom, as they may be far away; but when a run about them has ended. */
function drawEnded(answer) {
  const ended = answer.jobs.map((job) => (job.last ? job.last.id + ' ' + job.last.ended : '')).join();
  if (runs !== null && runs !== ended) hurry('backups');
  runs = ended;
}

export function start() {
  on('backups', drawBackups);
  on('jobs', drawEnded);
  on('wal', (answer) => {
    wal = answer;
    drawArchive();
  });
  byId('moment').addEventListener('input', drawMoment);
  byId('to-latest').addEventListener('change', drawMoment);
  byId('directory').addEventListener('input', drawMoment);
  byId('make-plan').addEventListener('click', makePlan);
  byId('expire').addEventListener('click', askExpire);
  byId('begin').addEventListener('click', () => {
    if (!planned || !athome()) return;
    ask({ title: 'Restore', text: 'Restore ' + time(planned.target) + ' to ' + planned.directory
      + ' of this member? The running cluster is not touched.', path: '/restores', body: planned, typed: true });
  });
}
