// Who is at work on this member's server, and who waits for whom.
import { byId, duration, element, none, plural, replace, row } from '/console/dom.js';
import { athome, known, on } from '/console/live.js';
import { mayOperate, secretly } from '/console/actions.js';

function described(session) {
  return session.pid + ' ' + (session.user || '?') + (session.application ? ' (' + session.application + ')' : '')
    + ' on ' + session.database + ', ' + session.state
    + (session.transactionSeconds === null ? '' : ', in a transaction for ' + duration(session.transactionSeconds));
}

/** Those who wait hang below those they wait for; whoever waits for several stands below each. */
function branch(session, waiting, above) {
  const line = element('li');
  line.append(element('div', described(session)), element('code', session.query));
  const below = waiting.filter((s) => s.blockedBy.includes(session.pid) && !above.includes(s.pid));
  if (below.length > 0) {
    const list = element('ul');
    list.append(...below.map((s) => branch(s, waiting, [...above, session.pid])));
    line.append(list);
  }
  return line;
}

function drawTree(sessions) {
  const waiting = sessions.filter((s) => s.blockedBy.length > 0);
  const byPid = new Map(sessions.map((s) => [s.pid, s]));
  const holders = [...new Set(waiting.flatMap((s) => s.blockedBy))].map((pid) => byPid.get(pid)
    || { pid, user: pid === 0 ? 'a prepared transaction' : '', application: '', database: '?', state: 'not listed',
      transactionSeconds: null, blockedBy: [], query: '' });
  const roots = holders.filter((s) => s.blockedBy.length === 0);
  // Where everybody waits for somebody, a deadlock is about to be broken by PostgreSQL.
  const shown = roots.length > 0 ? roots : holders.slice(0, 1);
  byId('blocked').textContent = waiting.length === 0 ? 'Nobody waits for a lock.'
    : plural(waiting.length, 'session waits', 'sessions wait') + ' for a lock:';
  replace('blocking', shown.map((s) => branch(s, waiting, [])));
}

function drawSessions(sessions) {
  drawTree(sessions);
  const busy = sessions.filter((s) => s.state !== 'idle' || s.blockedBy.length > 0);
  const rows = busy.map((s) => row(s.pid, s.database, s.user, s.application, s.client, s.state, s.waitEvent,
    duration(s.transactionSeconds), element('td', s.query, 'query')));
  const idle = sessions.length - busy.length;
  if (idle > 0) rows.push(none(9, plural(idle, 'idle session', 'idle sessions')));
  replace('sessions', rows.length > 0 ? rows : [none(9, 'None.')]);
}

async function look() {
  const may = mayOperate() && athome();
  byId('sessions-part').hidden = !may;
  byId('sessions-closed').hidden = may;
  byId('sessions-closed').textContent = athome()
    ? 'Statements are shown to operators: sign in.' : 'Open the page of that member to see its sessions.';
  if (!may || document.hidden) return;
  try {
    const answer = await secretly('/sessions');
    byId('trouble-sessions').hidden = true;
    drawSessions(answer.sessions);
  } catch (e) {
    byId('trouble-sessions').textContent = e.message;
    byId('trouble-sessions').hidden = false;
  }
}

export function start() {
  setInterval(look, 3000);
  document.addEventListener('signed', look);
  on('node', () => { byId('sessions-node').textContent = known.node.name; });
  look();
}
