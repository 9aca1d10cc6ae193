'use strict';
// The console of one member. Everything shown came from somebody else and is put into text nodes only:
// this file builds no markup out of strings, and a test holds it to that.
(() => {
  const LOOK_MILLIS = 3000;
  const STALE_MILLIS = 15000;
  const API = '/api/v1';

  /** What is asked, and every how many looks; what it is drawn by. */
  const QUESTIONS = [
    { path: '/cluster', every: 1, draw: drawCluster },
    { path: '/node', every: 1, draw: (node) => { known.node = node; } },
    { path: '/alerts', every: 1, draw: drawAlerts },
    { path: '/decisions?sinceSeconds=3600', every: 1, draw: drawDecisions },
    { path: '/health', every: 3, draw: drawHealth },
    { path: '/jobs', every: 5, draw: drawJobs },
    { path: '/events?sinceSeconds=2592000', every: 5, draw: drawEvents },
    { path: '/backups', every: 100, draw: drawBackups },
  ];

  const known = { cluster: null, node: null, seen: 0 };
  let looks = 0;
  let asked = null;

  function byId(id) {
    return document.getElementById(id);
  }

  function element(name, text, kind) {
    const made = document.createElement(name);
    if (text !== undefined && text !== null) made.textContent = String(text);
    if (kind) made.className = kind;
    return made;
  }

  function replace(id, children) {
    byId(id).replaceChildren(...children);
  }

  function row(...cells) {
    const made = element('tr');
    for (const cell of cells)
      made.append(cell !== null && typeof cell === 'object' ? cell : element('td', cell));
    return made;
  }

  function none(columns, text) {
    const cell = element('td', text);
    cell.colSpan = columns;
    return row(cell);
  }

  // ---- words ----

  function bytes(count) {
    if (count === null || count === undefined) return '';
    const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
    let value = count;
    let unit = 0;
    while (value >= 1024 && unit < units.length - 1) {
      value /= 1024;
      unit += 1;
    }
    return (unit === 0 ? value : value.toFixed(1)) + ' ' + units[unit];
  }

  function time(text) {
    return text ? text.replace('T', ' ').replace(/\.\d+/, '').replace('Z', ' UTC') : '';
  }

  function seconds(from, to) {
    return ((Date.parse(to) - Date.parse(from)) / 1000).toFixed(1) + ' s';
  }

  /** Only http and https lead anywhere; whatever else a member may publish is shown and no link. */
  function consoleOf(apiUrl) {
    try {
      const url = new URL(apiUrl);
      return url.protocol === 'http:' || url.protocol === 'https:' ? url.origin + '/console' : '';
    } catch (_) {
      return '';
    }
  }

  // ---- drawing ----

  function drawCluster(cluster) {
    known.cluster = cluster;
    byId('cluster').textContent = cluster.scope;
    document.title = cluster.scope + ' - Matriarch';
    replace('members', cluster.members.map((member) => drawMember(member, cluster.leader)));
    byId('scheduled').textContent = cluster.scheduledSwitchover;
    byId('scheduled').hidden = !cluster.scheduledSwitchover;
    byId('pause').hidden = cluster.paused;
    byId('resume').hidden = !cluster.paused;
    drawWord(cluster);
  }

  function drawWord(cluster) {
    const ill = cluster.members.filter((m) => m.state !== 'running' && m.state !== 'streaming');
    let word = 'well';
    let kind = 'good';
    if (ill.length > 0) {
      word = 'degraded: ' + ill.map((m) => m.name + ' is ' + m.state).join(', ');
      kind = 'warn';
    }
    if (cluster.paused) {
      word = 'paused: nobody takes over';
      kind = 'warn';
    }
    if (!cluster.leader) {
      word = 'no leader: nothing can be written';
      kind = 'bad';
    }
    byId('word').textContent = word;
    byId('word').className = kind;
  }

  function drawMember(member, leader) {
    const well = member.state === 'running' || member.state === 'streaming';
    const name = element('td');
    const page = consoleOf(member.apiUrl);
    if (page) {
      const link = element('a', member.name);
      link.href = page;
      name.append(link);
    } else name.textContent = member.name;
    const notes = [];
    if (member.pendingRestart) notes.push('waits for a restart');
    if (member.scheduledRestart) notes.push('restart ' + member.scheduledRestart);
    for (const [tag, value] of Object.entries(member.tags)) notes.push(tag + ': ' + value);
    return row(
      name,
      element('td', member.role, member.name === leader ? 'good' : ''),
      element('td', member.state, well ? 'good' : 'bad'),
      member.timeline || '',
      bytes(member.receiveLagBytes),
      bytes(member.replayLagBytes),
      member.host + ':' + member.port,
      notes.join('; '));
  }

  function drawAlerts(answer) {
    const cards = answer.alerts.map((alert) => {
      const card = element('li', null, alert.severity);
      card.append(element('strong', alert.severity + ': ' + alert.summary));
      card.append(element('div', alert.rule + ' since ' + time(alert.since)
        + (alert.mutedBy ? ', muted: ' + alert.mutedBy : '')));
      if (alert.cause && alert.cause.certainty !== 'unknown')
        card.append(element('div', (alert.cause.certainty === 'probable' ? 'Probably: ' : 'Cause: ')
          + alert.cause.text));
      if (alert.impact) card.append(element('div', alert.impact));
      for (const command of alert.first) {
        const line = element('div');
        line.append(element('code', command));
        card.append(line);
      }
      return card;
    });
    replace('alerts', cards.length > 0 ? cards : [element('li', 'Nothing fires.', 'good')]);
  }

  function drawHealth(answer) {
    const kinds = { ok: 'good', warning: 'warn', critical: 'bad' };
    replace('health', answer.checks.map((check) =>
      element('li', check.aspect + ', ' + check.name + ': ' + check.text, kinds[check.status])));
  }

  function drawDecisions(answer) {
    const rows = answer.decisions.slice(-20).reverse().map((decision) =>
      row(time(decision.lastAt), decision.decision, decision.reason, decision.repeated + 1));
    replace('decisions', rows.length > 0 ? rows : [none(4, 'None within the last hour.')]);
  }

  function drawEvents(answer) {
    const rows = answer.events.slice(-20).reverse().map((event) =>
      row(time(event.began), event.kind, seconds(event.began, event.ended), bytes(event.lostBytes),
        event.reason));
    replace('events', rows.length > 0 ? rows : [none(5, 'None.')]);
  }

  function drawBackups(answer) {
    const rows = [];
    for (const repository of answer.repositories) {
      if (repository.trouble)
        rows.push(row(repository.name, element('td', repository.trouble.message, 'bad'),
          '', '', '', '', '', ''));
      for (const backup of [...repository.backups].reverse())
        rows.push(row(repository.name, backup.label, backup.type, time(backup.stop),
          bytes(backup.sizeBytes), bytes(backup.repositoryBytes), backup.pages,
          verified(backup.verified)));
    }
    replace('backups', rows.length > 0 ? rows : [none(8, 'None.')]);
  }

  function verified(found) {
    if (!found) return 'no';
    return element('td', found.sound ? time(found.at) : found.why, found.sound ? 'good' : 'bad');
  }

  function drawJobs(answer) {
    const rows = answer.jobs.map((job) => {
      const last = job.last;
      return row(job.schedule, job.task, time(job.next),
        last ? element('td', last.state + ' ' + time(last.ended || last.started || last.due),
          last.state === 'failed' ? 'bad' : '') : 'never',
        last ? last.member : '', last ? last.text : '');
    });
    replace('jobs', rows.length > 0 ? rows : [none(6, 'None.')]);
  }

  // ---- looking ----

  async function question(one) {
    const answer = await fetch(API + one.path, { cache: 'no-store' });
    if (!answer.ok) throw new Error(one.path + ' answers ' + answer.status);
    one.draw(await answer.json());
  }

  /** A part that is absent (no backups, no alerting) must not keep the others from being shown. */
  async function look() {
    const due = QUESTIONS.filter((one) => looks % one.every === 0);
    looks += 1;
    const done = await Promise.allSettled(due.map(question));
    if (done[0].status === 'fulfilled') known.seen = Date.now();
    drawStale();
    setTimeout(look, LOOK_MILLIS);
  }

  function drawStale() {
    const age = Date.now() - known.seen;
    const stale = byId('stale');
    stale.hidden = age < STALE_MILLIS;
    if (stale.hidden) return;
    stale.replaceChildren(element('span', known.seen === 0
      ? 'This member does not answer. '
      : 'This member has not answered for ' + Math.round(age / 1000)
        + ' s; what is below was true then. '));
    const members = known.cluster ? known.cluster.members : [];
    for (const member of members) {
      const page = consoleOf(member.apiUrl);
      if (!page || page === location.origin + '/console') continue;
      const link = element('a', member.name + ' ');
      link.href = page;
      stale.append(link);
    }
  }

  // ---- acting ----

  function ask(text, path, body, candidates) {
    if (!known.cluster) return;
    asked = { path, body, candidates };
    byId('question').textContent = text;
    byId('candidates').hidden = !candidates;
    replace('candidate', (candidates || []).map((name) => element('option', name)));
    byId('typed').value = '';
    byId('go').disabled = true;
    byId('confirm').showModal();
    byId('typed').focus();
  }

  async function go() {
    if (!asked || byId('typed').value !== known.cluster.scope) return;
    const { path, body, candidates } = asked;
    asked = null;
    byId('confirm').close();
    const sent = candidates ? { ...body, candidate: byId('candidate').value } : body;
    byId('answer').textContent = 'asked';
    try {
      const answer = await fetch(API + path, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(sent),
      });
      byId('answer').textContent = said(answer.status, await answer.text());
    } catch (e) {
      byId('answer').textContent = 'No answer; it may have been done: ' + e.message;
    }
  }

  function said(status, text) {
    try {
      const answer = JSON.parse(text);
      return answer.text + (answer.hint ? ' (' + answer.hint + ')' : '');
    } catch (_) {
      return status + ' ' + text;
    }
  }

  function start() {
    byId('switchover').addEventListener('click', () => {
      const leader = known.cluster ? known.cluster.leader : '';
      const others = known.cluster
        ? known.cluster.members.filter((m) => m.name !== leader).map((m) => m.name) : [];
      ask('Hand leadership over from ' + leader + '? Clients are disconnected for a moment.',
        '/switchover', { leader }, others);
    });
    byId('restart').addEventListener('click', () =>
      ask('Restart PostgreSQL of ' + (known.node ? known.node.name : 'this node')
        + '? Its clients are disconnected.', '/restart', {}));
    byId('pause').addEventListener('click', () =>
      ask('Pause? Nobody takes over while it is paused.', '/pause', {}));
    byId('resume').addEventListener('click', () =>
      ask('Resume? The agents act again.', '/resume', {}));
    byId('cancel').addEventListener('click', () => {
      asked = null;
      byId('confirm').close();
    });
    byId('typed').addEventListener('input', () => {
      byId('go').disabled = !known.cluster || byId('typed').value !== known.cluster.scope;
    });
    byId('go').addEventListener('click', go);
    look();
  }

  start();
})();
