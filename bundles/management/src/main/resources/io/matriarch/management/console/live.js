// Who is asked. This page's own member first; when it does not answer, another one that does, and the own one again
// as soon as it is back. What was last known stays on the page, with its age.
import { byId, duration, element, originOf, replace } from '/console/dom.js';

const API = '/api/v1';
const LOST_MILLIS = 6000;
const PROBE_MILLIS = 2500;
const LOOK_MILLIS = 1000;

/** What is known by topic, and when somebody answered last. */
export const known = { cluster: null, node: null, replications: new Map(), events: [],
  repositories: [] };

const draws = new Map(); // topic -> functions
const texts = new Map(); // topic -> what it was drawn from
const met = new Map(); // origin -> name, of every member this page has heard of
let origin = location.origin;
let seen = 0;
let stream = null;
let streamSeen = 0;
let seeking = false;

/** That function draws a topic, now and whenever it changes. */
export function on(topic, draw) {
  draws.set(topic, [...(draws.get(topic) || []), draw]);
}

export function asked() {
  return origin;
}

export function athome() {
  return origin === location.origin;
}

export function others() {
  const members = known.cluster ? known.cluster.members : [];
  return members.map((m) => ({ name: m.name, origin: originOf(m.apiUrl) })).filter((m) => m.origin);
}

/** Draws only what changed: whoever reads or types in it is left in peace. */
export function tell(topic, answer) {
  const text = JSON.stringify(answer);
  if (texts.get(topic) === text) return;
  texts.set(topic, text);
  if (topic === 'cluster') {
    known.cluster = answer;
    for (const member of others()) met.set(member.origin, member.name);
  }
  if (topic === 'node') known.node = answer;
  for (const draw of draws.get(topic) || []) draw(answer);
}

export async function get(path, from = origin, headers = {}) {
  const answer = await fetch(from + API + path,
    { cache: 'no-store', headers, signal: AbortSignal.timeout(10000) });
  if (answer.ok) return answer.json();
  const said = await answer.text();
  let text = said;
  try {
    text = JSON.parse(said).text;
  } catch (_) {
    text = answer.status + ' ' + said; // not one of ours: shown as it came
  }
  throw new Error(text);
}

/** Said where the part is shown; what was drawn before stays. */
function trouble(topic, text) {
  const place = byId('trouble-' + topic);
  if (!place) return;
  place.textContent = text;
  place.hidden = !text;
}

/** A part that is absent (no backups, no alerting) must not keep the others from being shown. */
async function question(one) {
  const from = origin;
  try {
    const answer = await get(one.path, from);
    if (from !== origin) return;
    seen = Date.now();
    trouble(one.topic, '');
    tell(one.topic, answer);
  } catch (e) {
    trouble(one.topic, e.message);
  }
}

/** Asks for that again and again. */
export function poll(topic, path, seconds) {
  const one = { topic, path };
  let last = 0;
  const turn = () => {
    const streamed = Date.now() - streamSeen < LOST_MILLIS && STREAMED.includes(topic);
    if (streamed || document.hidden || Date.now() - last < seconds * 1000) return;
    last = Date.now();
    question(one);
  };
  pollers.push({ topic, turn, now: () => { last = 0; } });
}

const STREAMED = ['cluster', 'node', 'replication', 'alerts', 'decisions'];
const pollers = [];

/** What is asked for again and again is asked for at once: that topic, or all. */
export function hurry(topic) {
  for (const poller of pollers) if (!topic || poller.topic === topic) poller.now();
}

function listen() {
  if (stream) stream.close();
  const from = origin;
  stream = new EventSource(from + API + '/stream');
  const heard = () => {
    seen = Date.now();
    streamSeen = seen;
  };
  stream.addEventListener('beat', heard);
  for (const topic of STREAMED)
    stream.addEventListener(topic, (event) => {
      if (from !== origin) return;
      heard();
      tell(topic, JSON.parse(event.data));
    });
}

async function answers(candidate) {
  try {
    const answer = await fetch(candidate + API + '/cluster',
      { cache: 'no-store', signal: AbortSignal.timeout(PROBE_MILLIS) });
    return answer.ok;
  } catch (_) {
    return false;
  }
}

function change(to) {
  origin = to;
  streamSeen = 0;
  listen();
  hurry();
}

/** The own member is asked first each time. */
async function seek() {
  if (seeking) return;
  seeking = true;
  try {
    for (const candidate of new Set([location.origin, ...met.keys()])) {
      if (!await answers(candidate)) continue;
      seen = Date.now();
      if (candidate !== origin || Date.now() - streamSeen > LOST_MILLIS) change(candidate);
      return;
    }
  } finally {
    seeking = false;
  }
}

let turns = 0;

function look() {
  turns += 1;
  const lost = Date.now() - Math.max(seen, streamSeen) > LOST_MILLIS;
  if (lost || (!athome() && turns % 5 === 0)) seek();
  drawFreshness();
  for (const poller of pollers) poller.turn();
}

function nameOf(where) {
  return met.get(where) || new URL(where).host;
}

/** The drawing is the same until its sentence changes: links in it can be clicked. */
function drawFreshness() {
  const age = (Date.now() - seen) / 1000;
  const lost = seen === 0 || age * 1000 > LOST_MILLIS;
  byId('fresh').textContent = lost
    ? (seen === 0 ? 'asking' : 'last known ' + duration(age) + ' ago')
    : (Date.now() - streamSeen < LOST_MILLIS ? 'live from ' : 'every few seconds from ') + nameOf(origin);
  byId('fresh').className = lost ? 'bad' : 'quiet';
  document.body.classList.toggle('old', lost && seen !== 0);
  const stale = byId('stale');
  stale.hidden = !lost && athome();
  if (stale.hidden) return;
  const sentence = lost
    ? 'No member answers this page. What is below was true ' + duration(age) + ' ago; they are asked again and again. '
    : nameOf(location.origin) + ' does not answer. What is below comes from ' + nameOf(origin)
      + '; to act, open its page. ';
  const links = others().filter((m) => m.origin !== location.origin);
  const drawing = sentence.replace(/[\d.]+ (s|min|h|d) ago/, '') + links.map((m) => m.name).join();
  if (stale.dataset.drawing === drawing) {
    stale.firstChild.textContent = sentence;
    return;
  }
  stale.dataset.drawing = drawing;
  replace('stale', [element('span', sentence), ...links.map((m) => {
    const link = element('a', m.name);
    link.href = m.origin + '/console';
    return link;
  })]);
}

/** Each member tells of the standbys that stream from it. */
async function replications() {
  const asks = others().map(async (m) => {
    try {
      const answer = await get('/replication', m.origin);
      known.replications.set(m.name, { answer, at: Date.now() });
    } catch (_) {
      known.replications.delete(m.name); // its edges are drawn by what the store says
    }
  });
  await Promise.allSettled(asks);
  const all = Object.fromEntries([...known.replications].map(([name, it]) => [name, it.answer]));
  tell('replications', all);
}

const events = new Map(); // member -> what it told last

/** Each member tells of what it saw; of those that have died, what they told before is kept. */
async function gatherEvents() {
  const members = others();
  const asks = (members.length > 0 ? members : [{ name: '', origin }]).map(async (m) => {
    events.set(m.name, (await get('/events?sinceSeconds=2592000', m.origin)).events);
  });
  const done = await Promise.allSettled(asks);
  trouble('events', done.every((one) => one.status === 'rejected') ? done[0].reason.message : '');
  const all = new Map([...events.values()].flat().map((event) => [JSON.stringify(event), event]));
  tell('events', { events: [...all.values()].sort((a, b) => Date.parse(a.began) - Date.parse(b.began)) });
}

export function start() {
  listen();
  setInterval(() => { if (!document.hidden) gatherEvents(); }, 5000);
  setInterval(look, LOOK_MILLIS);
  setInterval(() => { if (!document.hidden) replications(); }, 2000);
  document.addEventListener('visibilitychange', () => { if (!document.hidden) hurry(); });
  on('replication', (answer) => {
    known.replications.set(answer.member, { answer, at: Date.now() });
  });
  on('cluster', replications);
  on('cluster', gatherEvents);
}
