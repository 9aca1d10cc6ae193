// What people are told: alerts with cause and first commands, silences, health, and the log of decisions and events.
import { between, button, byId, bytes, cell, element, none, replace, row, time, whole } from '/console/dom.js';
import { known, on } from '/console/live.js';
import { ask, me } from '/console/actions.js';

const HOURS = [['3600', '1 hour'], ['14400', '4 hours'], ['86400', '1 day'], ['604800', '7 days']];

function matchersOf(alert) {
  const labels = Object.entries(alert.labels).filter(([name]) => name !== 'alertname')
    .map(([name, value]) => name + '="' + value + '"');
  return ['alertname="' + alert.rule + '"', ...labels].join(',');
}

function silence(matchers) {
  ask({
    title: 'Keep alerts quiet',
    text: 'On every member, until it ends by itself. What fires goes on being shown here.',
    path: '/silences',
    body: me() ? { by: me() } : {},
    fields: [
      { name: 'matchers', label: 'Which alerts', value: matchers },
      { name: 'seconds', label: 'For', options: HOURS, number: true },
      { name: 'comment', label: 'Why', value: '' },
    ],
    tries: true,
  });
}

function drawAlert(alert) {
  const card = element('li', null, alert.severity + (alert.mutedBy ? ' muted' : ''));
  const head = element('div', null, 'cardhead');
  head.append(element('strong', alert.summary), element('span', alert.severity, 'mark ' + alert.severity));
  card.append(head, element('div', alert.rule + ' since ' + time(alert.since)
    + (alert.flapping ? ', flapping' : '') + (alert.mutedBy ? ', muted: ' + alert.mutedBy : ''), 'quiet'));
  if (alert.cause && alert.cause.certainty !== 'unknown') {
    card.append(element('div', (alert.cause.certainty === 'probable' ? 'Probably: ' : 'Cause: ') + alert.cause.text));
    for (const evidence of alert.cause.evidence || []) card.append(element('div', evidence, 'quiet evidence'));
  }
  if (alert.impact) card.append(element('div', alert.impact));
  for (const command of alert.first) {
    const line = element('div');
    line.append(element('code', command));
    card.append(line);
  }
  if (!alert.mutedBy)
    card.append(button('Silence', 'silence ' + alert.id, () => silence(matchersOf(alert)), 'operate'));
  return card;
}

function drawAlerts(answer) {
  const rank = { critical: 0, warning: 1, info: 2 };
  const sorted = [...answer.alerts].sort((a, b) => rank[a.severity] - rank[b.severity]);
  const loud = sorted.filter((a) => !a.mutedBy).length;
  byId('alerts-title').textContent = loud > 0 ? 'Alerts: ' + loud : 'Alerts';
  replace('alerts', sorted.length > 0 ? sorted.map(drawAlert) : [element('li', 'Nothing fires.', 'calm')]);
}

function drawReceivers(status) {
  const receivers = (status && status.receivers) || [];
  byId('receivers-table').hidden = receivers.length === 0;
  replace('receivers', receivers.map((it) => row(it.name, it.kind, it.waiting, it.taken, it.refused,
    whole(it.lastAnswer ? time(it.lastAnswer) : 'never'), element('td', it.error, it.error ? 'bad' : ''),
    cell(button('Test', 'test ' + it.name, () => ask({
      title: 'Test ' + it.name,
      text: 'A notice that says it is a test is sent at once, past groups and silences. The answer is what the receiver said.',
      path: '/alerts/receivers/' + encodeURIComponent(it.name) + '/test', tries: true,
    }), 'operate')))));
}

function drawSilences(answer) {
  const rows = answer.silences.map((it) => row(
    it.matchers.map((m) => m.name + (m.equal ? '=' : '!') + (m.regex ? '~' : m.equal ? '' : '=')
      + '"' + m.value + '"').join(', '),
    whole(time(it.until)), it.by, it.comment,
    cell(button('End', 'expire ' + it.id, () => ask({
      title: 'End this silence', text: it.comment, path: '/silences/' + encodeURIComponent(it.id),
      method: 'DELETE', tries: true,
    }), 'operate'))));
  byId('silences-table').hidden = rows.length === 0;
  replace('silences', rows);
}

function drawHealth(answer) {
  const kinds = { ok: 'good', warning: 'warn', critical: 'bad' };
  replace('health', answer.checks.map((check) => {
    const line = element('li', null, kinds[check.status]);
    line.append(element('strong', check.aspect + ', ' + check.name), element('span', ' ' + check.text));
    return line;
  }));
}

function drawDecisions(answer) {
  const rows = answer.decisions.slice(-20).reverse().map((it) =>
    row(whole(time(it.lastAt)), it.decision, it.reason, it.repeated + 1));
  replace('decisions', rows.length > 0 ? rows : [none(4, 'None within the last hour.')]);
}

function drawEvents(answer) {
  const rows = answer.events.slice(-20).reverse().map((it) =>
    row(whole(time(it.began)), it.kind + (it.former ? ', ' + it.former + ' to ' + it.member : ''),
      between(it.began, it.ended), it.lostBytes === null ? 'not known' : bytes(it.lostBytes), it.member, it.reason));
  replace('events', rows.length > 0 ? rows : [none(6, 'None.')]);
}

export function start() {
  on('alerts', drawAlerts);
  on('alerts', (answer) => drawReceivers(answer.status));
  on('silences', drawSilences);
  on('health', drawHealth);
  on('decisions', drawDecisions);
  on('events', drawEvents);
  on('node', () => {
    for (const id of ['health-node', 'decisions-node']) byId(id).textContent = known.node.name;
  });
  byId('silence').addEventListener('click', () => silence(''));
}

