// Who streams from whom, and on each edge how much WAL waits at which stage.
import { ago, bytes, byId, drawn, duration } from '/console/dom.js';
import { known, on } from '/console/live.js';
import { allMembers, isWell } from '/console/cluster.js';

const STAGES = [['pending', 'to send'], ['network', 'to write'], ['flush', 'to flush'], ['replay', 'to replay']];
const WARN_BYTES = 16 << 20;
const BAD_BYTES = 256 << 20;
const WIDE = 960;
const NARROW = 360;
const narrow = matchMedia('(max-width: 44rem)');

function kindOf(count) {
  if (count === null || count === undefined) return 'unknown';
  if (count >= BAD_BYTES) return 'bad';
  return count >= WARN_BYTES ? 'warn' : 'good';
}

/** @return by member: whom it streams from, and what that one says of it */
function edges(members, leader) {
  const found = new Map();
  const names = new Set(members.map((m) => m.member.name));
  for (const [upstream, { answer }] of known.replications)
    for (const standby of answer.standbys)
      if (names.has(standby.name) && names.has(upstream)) found.set(standby.name, { from: upstream, standby });
  for (const { member, gone } of members)
    if (!gone && member.name !== leader && leader && !found.has(member.name))
      found.set(member.name, { from: leader, standby: null });
  return found;
}

/** Steps from the leader; what goes in circles is as far as can be. */
function depth(name, found, steps = 0) {
  const edge = found.get(name);
  return edge && steps < 5 ? 1 + depth(edge.from, found, steps + 1) : 0;
}

function short(text, most) {
  return text.length > most ? text.slice(0, most - 1) + '\u2026' : text;
}

function node({ member, gone }, x, y, width) {
  const kind = gone ? 'gone' : isWell(member) ? 'good' : 'bad';
  const group = drawn('g', { class: 'node ' + kind });
  group.append(drawn('rect', { x, y, width, height: 60, rx: 6 }),
    drawn('text', { x: x + 14, y: y + 25, class: 'name' }, short(member.name, 22)),
    drawn('text', { x: x + 14, y: y + 46, class: 'small' },
      short(gone ? 'gone, seen ' + ago(gone) : member.role.replace('_', ' ') + ', ' + member.state, 30)),
    drawn('text', { x: x + width - 12, y: y + 25, class: 'small', 'text-anchor': 'end' },
      member.timeline ? 'timeline ' + member.timeline : ''),
    drawn('title', {}, member.name + ' at ' + member.host + ':' + member.port));
  return group;
}

/** The four stages in a line; each part is coloured by what waits there. */
function stages(standby, member, x, y, length) {
  const group = drawn('g', { class: 'edge' });
  if (!standby) {
    group.append(drawn('line', { x1: x, y1: y, x2: x + length, y2: y, class: 'unknown' }),
      drawn('text', { x: x + length / 2, y: y - 8, class: 'small', 'text-anchor': 'middle' },
        member.replayLagBytes === null ? 'lag unknown' : bytes(member.replayLagBytes) + ' behind, by the store'));
    return group;
  }
  const part = length / STAGES.length;
  const of = (stage) => (standby.stages.find((s) => s.stage === stage) || {}).bytes;
  STAGES.forEach(([stage, label], i) => {
    const from = x + i * part;
    const count = of(stage);
    group.append(drawn('line', { x1: from + 2, y1: y, x2: from + part - 2, y2: y, class: kindOf(count) }),
      drawn('text', { x: from + part / 2, y: y - 9, class: 'figure', 'text-anchor': 'middle' },
        count === null || count === undefined ? '?' : bytes(count)),
      drawn('text', { x: from + part / 2, y: y + 18, class: 'small', 'text-anchor': 'middle' }, label));
  });
  return group;
}

function summary(standby) {
  if (!standby) return '';
  const lag = standby.clockLagSeconds;
  const eta = standby.catchupSeconds;
  return [standby.syncState, standby.state !== 'streaming' ? standby.state : '',
    lag === null ? '' : duration(lag) + ' behind',
    eta !== null && eta > 1 ? 'caught up in ' + duration(eta) : ''].filter((t) => t).join(', ');
}

function wide(members, found) {
  const columns = new Map();
  for (const m of members) {
    const at = depth(m.member.name, found);
    columns.set(at, [...(columns.get(at) || []), m]);
  }
  const deepest = Math.max(...columns.keys());
  const boxWidth = 230;
  const step = deepest > 0 ? (WIDE - boxWidth) / deepest : 0;
  const tallest = Math.max(...[...columns.values()].map((c) => c.length));
  const height = tallest * 96;
  const places = new Map();
  for (const [at, column] of columns)
    column.forEach((m, i) => places.set(m.member.name,
      { x: at * step, y: (height / column.length) * (i + 0.5) - 30 }));
  const parts = [];
  for (const m of members) {
    const place = places.get(m.member.name);
    const edge = found.get(m.member.name);
    if (edge && places.has(edge.from)) {
      const from = places.get(edge.from);
      const start = from.x + boxWidth;
      const y = place.y + 30;
      const middle = from.y + 30;
      if (start + 24 < place.x) {
        parts.push(drawn('path', { d: 'M' + start + ' ' + middle + ' C' + (start + 24) + ' ' + middle + ' '
          + start + ' ' + y + ' ' + (start + 30) + ' ' + y, class: 'trunk' }));
        parts.push(stages(edge.standby, m.member, start + 30, y, place.x - start - 40));
        parts.push(drawn('path', { d: 'M' + (place.x - 9) + ' ' + (y - 5) + ' l8 5 l-8 5', class: 'head' }));
        parts.push(drawn('text', { x: start + 30 + (place.x - start - 40) / 2, y: y + 34, class: 'small',
          'text-anchor': 'middle' }, summary(edge.standby)));
      }
    }
    parts.push(node(m, place.x, place.y, boxWidth));
  }
  return { parts, width: WIDE, height };
}

/** Each stands below the one it streams from, further in. */
function ordered(members, found) {
  const below = (name) => members.filter((m) => (found.get(m.member.name) || {}).from === name);
  const out = [];
  const add = (m) => {
    if (out.includes(m)) return;
    out.push(m);
    below(m.member.name).forEach(add);
  };
  members.filter((m) => !found.has(m.member.name)).forEach(add);
  members.forEach(add); // what streams in circles
  return out;
}

function tall(members, found) {
  const parts = [];
  const ends = new Map();
  let y = 0;
  for (const m of ordered(members, found)) {
    const edge = found.get(m.member.name);
    const x = Math.min(3, depth(m.member.name, found)) * 26;
    if (edge) {
      parts.push(stages(edge.standby, m.member, x, y + 26, NARROW - x));
      parts.push(drawn('text', { x: x + (NARROW - x) / 2, y: y + 62, class: 'small', 'text-anchor': 'middle' },
        ['from ' + edge.from, summary(edge.standby)].filter((t) => t).join(', ')));
      y += 76;
      const from = ends.get(edge.from);
      if (from) {
        parts.push(drawn('path', { d: 'M' + from.x + ' ' + from.y + ' V' + (y + 30) + ' H' + (x - 2), class: 'trunk' }));
        parts.push(drawn('path', { d: 'M' + (x - 9) + ' ' + (y + 25) + ' l8 5 l-8 5', class: 'head' }));
      }
    }
    parts.push(node(m, x, y, NARROW - x));
    ends.set(m.member.name, { x: x + 10, y: y + 60 });
    y += 68;
  }
  return { parts, width: NARROW, height: y };
}

function sentence(members, found) {
  return members.map(({ member, gone }) => {
    const edge = found.get(member.name);
    if (gone) return member.name + ' is gone';
    return edge ? member.name + ' streams from ' + edge.from + ', ' + (summary(edge.standby) || 'lag unknown')
      : member.name + ' is ' + member.role;
  }).join('; ');
}

function draw() {
  if (!known.cluster) return;
  const members = allMembers();
  if (members.length === 0) return;
  const found = edges(members, known.cluster.leader);
  const { parts, width, height } = narrow.matches ? tall(members, found) : wide(members, found);
  const picture = drawn('svg', { viewBox: '-2 -2 ' + (width + 4) + ' ' + (height + 4), role: 'img',
    'aria-label': sentence(members, found) });
  picture.append(...parts);
  byId('topology').replaceChildren(picture);
}

export function start() {
  for (const topic of ['cluster', 'replication', 'replications']) on(topic, draw);
  narrow.addEventListener('change', draw);
}
