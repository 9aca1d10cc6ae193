// Jobs of the cluster with their progress, and restores on this member.
import { button, byId, bytes, cell, duration, element, none, replace, row, time, whole } from '/console/dom.js';
import { on } from '/console/live.js';
import { ask } from '/console/actions.js';

/** A bar; without a value if a job tells no figures, or counts no bytes in this phase. */
function progress(standing, text) {
  const made = element('progress');
  if (standing && standing.bytes > 0) {
    made.max = standing.bytes;
    made.value = standing.bytesDone;
  }
  made.ariaLabel = text;
  return made;
}

/** How long it takes by the estimate, or nothing. */
function left(standing) {
  const seconds = standing && standing.end ? (Date.parse(standing.end) - Date.now()) / 1000 : 0;
  return seconds > 0 ? 'about ' + duration(seconds) + ' to go' : '';
}

function runCell(last) {
  if (!last) return element('td', 'never', 'quiet');
  const made = element('td', null, last.state === 'failed' ? 'bad' : '');
  if (last.state === 'running') made.append(progress(last.progress, last.text), ' ');
  made.append(last.state + ' ' + time(last.ended || last.started || last.due));
  return made;
}

function drawJobs(answer) {
  const rows = answer.jobs.map((job) => {
    const last = job.last;
    const path = '/jobs/' + encodeURIComponent(job.schedule);
    const running = last && last.state === 'running';
    const act = running
      ? button('Stop', 'stop ' + job.schedule, () => ask({ title: 'Stop ' + job.schedule,
        text: 'The run on ' + last.member + ' ends; what it has done is kept or undone by itself.',
        path: path + '/stop', typed: true }), 'operate')
      : button('Start', 'start ' + job.schedule, () => ask({ title: 'Start ' + job.schedule,
        text: job.task + ' runs now, on this member.', path: path + '/start', tries: true }), 'operate');
    return row(whole(job.schedule), job.task, whole(time(job.next)), runCell(last), last ? last.member : '',
      last ? last.text : '', cell(act));
  });
  replace('jobs', rows.length > 0 ? rows : [none(7, 'None.')]);
}

function drawRestores(answer) {
  byId('restores-table').hidden = answer.restores.length === 0;
  replace('restores', answer.restores.map((it) => {
    const done = bytes(it.progress.bytesDone) + ' of ' + bytes(it.progress.bytes);
    const state = element('td', null, it.state === 'failed' ? 'bad' : '');
    if (!it.ended) state.append(progress(it.progress, done), ' ');
    state.append(it.state);
    return row(it.target, it.directory, state, done,
      it.ended ? time(it.ended) : left(it.progress), it.text,
      cell(it.ended ? '' : button('Cancel', 'cancel ' + it.id, () => ask({ title: 'End this restore',
        text: 'What is there cannot be started then.', path: '/restores/' + encodeURIComponent(it.id),
        method: 'DELETE', typed: true }), 'operate')));
  }));
}

export function start() {
  on('jobs', drawJobs);
  on('restores', drawRestores);
}
