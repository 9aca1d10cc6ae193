// Jobs of the cluster with their progress, and restores on this member.
import { button, byId, bytes, cell, duration, element, none, replace, row, time } from '/console/dom.js';
import { on } from '/console/live.js';
import { ask } from '/console/actions.js';

/** A running job says its part in percent at the beginning of its sentence, or says none. */
function progress(text) {
  const percent = /(\d{1,3}) %/.exec(text);
  const made = element('progress');
  made.max = 100;
  if (percent) made.value = Number(percent[1]);
  made.ariaLabel = text;
  return made;
}

function runCell(last) {
  if (!last) return element('td', 'never', 'quiet');
  const made = element('td', null, last.state === 'failed' ? 'bad' : '');
  if (last.state === 'running') made.append(progress(last.text), ' ');
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
    return row(job.schedule, job.task, time(job.next), runCell(last), last ? last.member : '',
      last ? last.text : '', cell(act));
  });
  replace('jobs', rows.length > 0 ? rows : [none(7, 'None.')]);
}

function drawRestores(answer) {
  byId('restores-table').hidden = answer.restores.length === 0;
  replace('restores', answer.restores.map((it) => {
    const bar = element('progress');
    bar.max = Math.max(1, it.bytes);
    bar.value = it.bytesDone;
    bar.ariaLabel = bytes(it.bytesDone) + ' of ' + bytes(it.bytes);
    const state = element('td', null, it.state === 'failed' ? 'bad' : '');
    if (!it.ended) state.append(bar, ' ');
    state.append(it.state);
    const left = it.end ? (Date.parse(it.end) - Date.now()) / 1000 : null;
    return row(it.target, it.directory, state, bytes(it.bytesDone) + ' of ' + bytes(it.bytes),
      it.ended ? time(it.ended) : left !== null && left > 0 ? 'about ' + duration(left) + ' to go' : '', it.text,
      cell(it.ended ? '' : button('Cancel', 'cancel ' + it.id, () => ask({ title: 'End this restore',
        text: 'What is there cannot be started then.', path: '/restores/' + encodeURIComponent(it.id),
        method: 'DELETE', typed: true }), 'operate')));
  }));
}

export function start() {
  on('jobs', drawJobs);
  on('restores', drawRestores);
}
