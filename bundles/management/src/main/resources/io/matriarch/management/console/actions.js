// Who sits here and what they may do; questions with a typed confirmation; requests that change something. They go
// to this page's own member only: a member refuses those of other pages.
import { byId, element, replace } from '/console/dom.js';
import { athome, hurry, known } from '/console/live.js';

const API = '/api/v1';
const RANKS = ['', 'viewer', 'operator', 'admin'];
let authorization = '';
let who = { asks: true, user: '', role: '' };
let question = null;

export function mayOperate() {
  return RANKS.indexOf(who.role) >= RANKS.indexOf('operator');
}

/** Empty for one who need not say. */
export function me() {
  return who.user;
}

/** A name and password of our own, never those a browser remembers; without them, maybe a certificate. */
function signed(given) {
  return given ? { headers: { Authorization: given }, credentials: 'omit' } : { credentials: 'same-origin' };
}

/** What is not for everybody to read. */
export async function secretly(path) {
  const answer = await fetch(API + path, { cache: 'no-store', ...signed(authorization) });
  if (!answer.ok) throw new Error((await read(answer)).text);
  return answer.json();
}

async function read(answer) {
  const text = await answer.text();
  try {
    const json = JSON.parse(text);
    return { ok: answer.ok, json, text: json.text + (json.hint ? ' (' + json.hint + ')' : '') };
  } catch (_) {
    return { ok: answer.ok, json: null, text: answer.status + ' ' + text }; // Patroni's plain words
  }
}

export async function send(method, path, body) {
  try {
    const with_ = signed(authorization);
    return await read(await fetch(API + path, { ...with_, method,
      headers: { ...with_.headers, 'Content-Type': 'application/json' }, body: JSON.stringify(body) }));
  } catch (e) {
    return { ok: false, json: null, text: 'No answer; it may have been done: ' + e.message };
  }
}

// ---- signing in ----

async function whoAmI(given) {
  const answer = await fetch(API + '/whoami', { cache: 'no-store', ...signed(given) });
  if (!answer.ok) throw new Error((await read(answer)).text);
  return answer.json();
}

function drawWho() {
  byId('who').textContent = who.user ? who.user + ', ' + who.role : who.role && !who.asks ? 'everybody may act' : '';
  byId('sign-in').hidden = Boolean(authorization) || Boolean(who.role);
  byId('sign-out').hidden = !authorization;
  document.body.classList.toggle('operator', mayOperate() && athome());
  document.dispatchEvent(new Event('signed'));
}

async function signIn(event) {
  event.preventDefault();
  const pair = new TextEncoder().encode(byId('user').value + ':' + byId('password').value);
  const given = 'Basic ' + btoa(String.fromCharCode(...pair));
  byId('refusal').textContent = '';
  try {
    who = await whoAmI(given);
    authorization = given;
    byId('password').value = '';
    byId('sign').close();
    drawWho();
  } catch (e) {
    byId('refusal').textContent = 'Not let in: ' + e.message;
    byId('password').value = '';
    byId('password').focus();
  }
}

async function signOut() {
  authorization = '';
  await lookWho();
}

async function lookWho() {
  try {
    who = await whoAmI(authorization);
  } catch (e) {
    who = { asks: true, user: '', role: '' };
    byId('answer').textContent = 'Who you are is not known: ' + e.message;
  }
  drawWho();
}

// ---- asking ----

/**
 * @param wanted title, text, path; method, body; fields of the body {name, label, value or options, number, moment};
 *     shown: elements below the text; typed: the cluster's name is asked for; tries: it knows a dry run; idle: there
 *     is nothing to do
 */
export function ask(wanted) {
  if (!known.cluster || !athome()) return;
  question = wanted;
  byId('question-title').textContent = wanted.title;
  byId('question').textContent = wanted.text;
  replace('shown', wanted.shown || []);
  replace('fields', (wanted.fields || []).map(field));
  byId('typed-line').hidden = !wanted.typed || Boolean(wanted.idle);
  byId('go').hidden = Boolean(wanted.idle);
  byId('cancel').textContent = wanted.idle ? 'Close' : 'Cancel';
  byId('typed').value = '';
  byId('try').hidden = !wanted.tries;
  byId('said').textContent = '';
  ready();
  byId('confirm').showModal();
  const first = byId('fields').querySelector('input, select')
    || byId(wanted.idle ? 'cancel' : wanted.typed ? 'typed' : 'go');
  first.focus();
}

function field(one) {
  const line = element('p');
  const label = element('label', one.label);
  label.htmlFor = 'field-' + one.name;
  const input = element(one.options ? 'select' : 'input');
  input.id = 'field-' + one.name;
  input.name = one.name;
  for (const option of one.options || []) {
    const [value, text] = Array.isArray(option) ? option : [option, option];
    const choice = element('option', text);
    choice.value = value;
    input.append(choice);
  }
  if (!one.options) input.value = one.value || '';
  if (one.moment) input.type = 'datetime-local';
  input.autocomplete = 'off';
  line.append(label, input);
  return line;
}

function ready() {
  byId('go').disabled = Boolean(question && question.typed && byId('typed').value !== known.cluster.scope);
}

function body() {
  const filled = { ...question.body };
  for (const one of question.fields || []) {
    const value = byId('field-' + one.name).value.trim();
    if (value) filled[one.name] = one.number ? Number(value) : one.moment ? utc(value) : value;
  }
  return filled;
}

/** The page's times are UTC, those it is given too; some browsers leave out the seconds. */
function utc(moment) {
  return (moment.length === 16 ? moment + ':00' : moment) + 'Z';
}

async function attempt() {
  byId('said').textContent = 'asked';
  const answer = await send(question.method || 'POST', question.path, { ...body(), dryRun: true });
  byId('said').textContent = answer.text;
}

async function go(event) {
  event.preventDefault();
  if (!question || byId('go').disabled) return;
  const wanted = question;
  byId('go').disabled = true;
  byId('said').textContent = 'asked; waiting for the answer';
  const answer = await send(wanted.method || 'POST', wanted.path, body());
  if (answer.ok) {
    question = null;
    byId('confirm').close();
    byId('answer').textContent = answer.text;
    byId('answer').hidden = false;
  } else {
    byId('said').textContent = answer.text;
    ready();
  }
  hurry();
}

function standbys() {
  return known.cluster.members.filter((m) => m.name !== known.cluster.leader).map((m) => m.name);
}

const WHEN = { name: 'at', label: 'When, in UTC; empty: now', moment: true };

function acts() {
  const here = () => (known.node ? known.node.name : 'this node');
  return {
    switchover: () => ({ title: 'Switch over', path: '/switchover', body: { leader: known.cluster.leader },
      text: 'Hand leadership over from ' + known.cluster.leader + '. Clients are disconnected for a moment.',
      fields: [{ name: 'candidate', label: 'New leader', options: standbys() }, WHEN], typed: true, tries: true }),
    'cancel-switchover': () => ({ title: 'Call the switchover off', path: '/switchover', method: 'DELETE',
      text: known.cluster.scheduledSwitchover }),
    failover: () => ({ title: 'Fail over', path: '/failover', text: 'Make a member the leader although none leads.'
      + ' What only the old leader had is lost.', typed: true, tries: true,
    fields: [{ name: 'candidate', label: 'New leader', options: standbys() }] }),
    restart: () => ({ title: 'Restart PostgreSQL', path: '/restart', typed: true,
      text: 'Restart PostgreSQL of ' + here() + '. Its clients are disconnected.', fields: [WHEN] }),
    'cancel-restart': () => ({ title: 'Call the restart off', path: '/restart', method: 'DELETE',
      text: 'PostgreSQL of ' + here() + ' is not restarted then.' }),
    reload: () => ({ title: 'Reload', path: '/reload',
      text: here() + ' reads its matriarch.yml again, and applies what can change while PostgreSQL runs.' }),
    reinitialize: () => ({ title: 'Clone anew', path: '/reinitialize', typed: true,
      text: 'Clone the data of ' + here() + ' anew. The old directory is kept until the new one streams.' }),
    pause: () => ({ title: 'Pause', path: '/pause', typed: true, text: 'Nobody takes over while it is paused.' }),
    resume: () => ({ title: 'Resume', path: '/resume', typed: true, text: 'The agents act again.' }),
    'make-backup': () => ({ title: 'Back up', path: '/backup', tries: true, text: 'The member that is placed best makes it.',
      fields: [{ name: 'type', label: 'Type', options: [['incr', 'incremental'], ['diff', 'differential'], ['full', 'full']] }] }),
    verify: () => ({ title: 'Verify', path: '/backup/verify', tries: true,
      text: 'Every file and WAL segment is read and compared with its checksum.' }),
    drill: () => ({ title: 'Restore drill', path: '/backup/drill', tries: true,
      text: 'The newest backup is restored, started and checked in a scratch directory.' }),
    'check-wal': () => ({ title: 'Check the archive', path: '/wal/check',
      text: 'The archive is compared with what restores need. Nothing is changed.' }),
  };
}

export function start() {
  for (const [id, wanted] of Object.entries(acts()))
    byId(id).addEventListener('click', () => { if (known.cluster) ask(wanted()); });
  byId('form').addEventListener('submit', go);
  byId('typed').addEventListener('input', ready);
  byId('try').addEventListener('click', attempt);
  byId('cancel').addEventListener('click', () => byId('confirm').close());
  byId('confirm').addEventListener('close', () => { question = null; });
  byId('sign-in').addEventListener('click', () => {
    byId('refusal').textContent = '';
    byId('sign').showModal();
    byId('user').focus();
  });
  byId('sign-out').addEventListener('click', signOut);
  byId('sign-form').addEventListener('submit', signIn);
  byId('sign-cancel').addEventListener('click', () => byId('sign').close());
  byId('answer').addEventListener('click', () => { byId('answer').hidden = true; });
  setInterval(() => document.body.classList.toggle('operator', mayOperate() && athome()), 1000);
  lookWho();
}
