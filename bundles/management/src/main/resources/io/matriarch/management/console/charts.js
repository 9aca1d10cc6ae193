// The past of the member that answers, drawn by uPlot, with the events of that time as marks.
import { bytes, byId, duration, element } from '/console/dom.js';
import { get, known, on } from '/console/live.js';

const POINTS = 300;
const plain = (v) => (v === null ? '' : Math.abs(v) >= 100 ? String(Math.round(v)) : String(Math.round(v * 100) / 100));
const share = (v) => (v === null ? '' : Math.round(v * 100) + ' %');
const CHARTS = [
  { title: 'Transactions per second', series: ['commits_per_second', 'rollbacks_per_second'], word: plain },
  { title: 'Sessions', series: ['connections', 'sessions_active', 'blocked_sessions'], word: plain },
  { title: 'WAL per second', series: ['wal_bytes_per_second'], word: (v) => bytes(v) },
  { title: 'Replication lag', series: ['replication_lag_seconds'], word: (v) => duration(v) },
  { title: 'Not archived for', series: ['rpo_seconds'], word: (v) => duration(v) },
  { title: 'CPU and free memory', series: ['cpu_used_ratio', 'memory_available_ratio'], word: share },
];
const MARKS = { failover: '--bad', outage: '--bad', switchover: '--warn', restore: '--warn', backup: '--calm',
  drill: '--calm' };
let seconds = 3600;
let plots = [];
let names = [];
let drawing = 0;

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** Names with labels are of the series they begin with. */
function wanted(chart) {
  return names.filter((name) => chart.series.includes(name.split('{')[0]));
}

function label(name) {
  const labelled = /\{[a-z]+="(.*)"\}$/.exec(name);
  return labelled ? labelled[1] : name.replace(/_per_second$/, '').replaceAll('_', ' ').replace(/ ratio$/, '');
}

function marks() {
  return known.events.filter((e) => e.kind in MARKS).map((e) => ({ at: Date.parse(e.began) / 1000, kind: e.kind }));
}

/** Lines where something happened, behind the curves. */
function drawMarks(plot) {
  const { left, top, width, height } = plot.bbox;
  const context = plot.ctx;
  context.save();
  for (const mark of marks()) {
    const x = plot.valToPos(mark.at, 'x', true);
    if (x < left || x > left + width) continue;
    context.strokeStyle = colour(MARKS[mark.kind]);
    context.lineWidth = 2 * devicePixelRatio;
    context.setLineDash([4 * devicePixelRatio, 3 * devicePixelRatio]);
    context.beginPath();
    context.moveTo(x, top);
    context.lineTo(x, top + height);
    context.stroke();
  }
  context.restore();
}

/** A node that is young has a short past; the chart begins with it, and shows five minutes at least. */
function begin(shown, until) {
  const known = shown.map((one) => {
    const first = one.values.findIndex((v) => v !== null);
    return first < 0 ? until : (Date.parse(one.first) + first * one.stepMillis) / 1000;
  });
  return Math.max(until - seconds, Math.min(until - 300, ...known));
}

function options(chart, shown, width) {
  const axis = { stroke: colour('--quiet'), grid: { stroke: colour('--line'), width: 1 },
    ticks: { stroke: colour('--line'), width: 1 }, font: '12px system-ui, sans-serif' };
  const until = Date.now() / 1000;
  return {
    width,
    height: 170,
    cursor: { y: false, drag: { x: false, y: false } },
    scales: { x: { range: [begin(shown, until), until] }, y: { range: (_, low, high) => [Math.min(0, low), high > 0 ? high * 1.1 : 1] } },
    axes: [
      { ...axis, space: 70, values: [[86400, '{MM}-{DD}', null, null, null, null, null, null, 1],
        [3600, '{HH}:{mm}', null, null, null, null, null, null, 1], [1, '{HH}:{mm}', null, null, null, null, null, null, 1]] },
      { ...axis, size: 64, values: (_, ticks) => ticks.map(chart.word) },
    ],
    series: [{ value: '{YYYY}-{MM}-{DD} {HH}:{mm}:{ss} UTC' },
      ...shown.map((one, i) => ({ label: label(one.name), stroke: colour('--curve' + (1 + i % 4)), width: 1.5,
        points: { show: false }, value: (_, v) => (v === null || v === undefined ? '' : chart.word(v)) }))],
    hooks: { drawAxes: [drawMarks] },
    tzDate: (at) => uPlot.tzDate(new Date(at * 1000), 'Etc/UTC'),
  };
}

/** All series of one answer have the same times. */
function columns(shown) {
  const first = Date.parse(shown[0].first) / 1000;
  const step = shown[0].stepMillis / 1000;
  const times = shown[0].values.map((_, i) => first + i * step);
  return [times, ...shown.map((one) => times.map((_, i) => (one.values[i] === undefined ? null : one.values[i])))];
}

function sentence(chart, shown) {
  return chart.title + ': ' + shown.map((one) => {
    const values = one.values.filter((v) => v !== null);
    if (values.length === 0) return label(one.name) + ' not known';
    return label(one.name) + ' now ' + chart.word(values[values.length - 1]) + ', highest ' + chart.word(Math.max(...values));
  }).join('; ');
}

async function draw() {
  if (document.hidden) return;
  const mine = ++drawing;
  try {
    names = (await get('/series')).series.filter((name) => !name.includes(','));
    const all = [...new Set(CHARTS.flatMap(wanted))];
    if (all.length === 0) return;
    const answer = await get('/series/values?names=' + encodeURIComponent(all.join(','))
      + '&sinceSeconds=' + seconds + '&points=' + POINTS);
    if (mine !== drawing) return;
    byId('trouble-charts').hidden = true;
    show(answer.series);
  } catch (e) {
    byId('trouble-charts').textContent = e.message;
    byId('trouble-charts').hidden = false;
  }
}

function show(series) {
  for (const plot of plots) plot.destroy();
  plots = [];
  const grid = byId('charts');
  grid.replaceChildren();
  for (const chart of CHARTS) {
    const shown = series.filter((one) => chart.series.includes(one.name.split('{')[0]) && one.values.length > 0);
    if (shown.length === 0) continue;
    const box = element('figure');
    const text = sentence(chart, shown);
    box.append(element('figcaption', chart.title));
    const place = element('div', null, 'plot');
    place.role = 'img';
    place.ariaLabel = text;
    box.append(place);
    grid.append(box);
    plots.push(new uPlot(options(chart, shown, place.clientWidth || 340), columns(shown), place));
  }
}

export function start() {
  for (const choice of document.querySelectorAll('#spans button'))
    choice.addEventListener('click', () => {
      seconds = Number(choice.dataset.seconds);
      for (const other of document.querySelectorAll('#spans button')) other.ariaPressed = String(other === choice);
      draw();
    });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
  let width = innerWidth;
  addEventListener('resize', () => {
    if (Math.abs(innerWidth - width) < 20) return;
    width = innerWidth;
    draw();
  });
  on('events', draw);
  on('node', () => { byId('charts-node').textContent = known.node.name; });
  setInterval(() => { if (!byId('charts').matches(':hover')) draw(); }, 10000);
  draw();
}
