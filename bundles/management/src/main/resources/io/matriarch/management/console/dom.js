// Elements and words. Everything shown came from somebody else and is put into text nodes only: nothing here builds
// markup out of strings, and a test holds every file of the page to that.

export function byId(id) {
  return document.getElementById(id);
}

/** @param kind class names */
export function element(name, text, kind) {
  const made = document.createElement(name);
  if (text !== undefined && text !== null) made.textContent = String(text);
  if (kind) made.className = kind;
  return made;
}

const SVG = 'http://www.w3.org/2000/svg';
const DRAWN = new Set(['viewBox', 'width', 'height', 'x', 'y', 'x1', 'x2', 'y1', 'y2', 'rx', 'd', 'r', 'cx', 'cy',
  'class', 'role', 'aria-label', 'text-anchor', 'preserveAspectRatio']);

/** Of a picture; only attributes that draw. */
export function drawn(name, attributes, text) {
  const made = document.createElementNS(SVG, name);
  for (const [attribute, value] of Object.entries(attributes)) {
    if (!DRAWN.has(attribute)) throw new Error('no attribute of a drawing: ' + attribute);
    made.setAttribute(attribute, String(value));
  }
  if (text !== undefined) made.textContent = String(text);
  return made;
}

/** Puts these in place of what is there; who has the keyboard in it keeps it, by data-key. */
export function replace(id, children) {
  const box = byId(id);
  const active = document.activeElement;
  const key = active && box.contains(active) ? active.dataset.key : undefined;
  box.replaceChildren(...children);
  if (!key) return;
  for (const candidate of box.querySelectorAll('[data-key]'))
    if (candidate.dataset.key === key) candidate.focus();
}

export function row(...cells) {
  const made = element('tr');
  for (const cell of cells)
    made.append(cell !== null && typeof cell === 'object' ? cell : element('td', cell));
  return made;
}

/** A row that says there is none. */
export function none(columns, text) {
  const cell = element('td', text, 'quiet');
  cell.colSpan = columns;
  return row(cell);
}

export function cell(content, kind) {
  const made = element('td', null, kind);
  made.append(content);
  return made;
}

/** A cell that stays on one line: a time, a name that has hyphens. */
export function whole(text, kind) {
  return element('td', text, 'whole' + (kind ? ' ' + kind : ''));
}

/** @param key keeps the keyboard there when the page is drawn anew */
export function button(text, key, act, kind) {
  const made = element('button', text, kind);
  made.type = 'button';
  made.dataset.key = key;
  made.addEventListener('click', act);
  return made;
}

// ---- words ----

export function bytes(count) {
  if (count === null || count === undefined) return '';
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = count;
  let unit = 0;
  while (Math.abs(value) >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return (unit === 0 ? Math.round(value) : value.toFixed(1)) + ' ' + units[unit];
}

export function time(text) {
  return text ? text.replace('T', ' ').replace(/\.\d+/, '').replace('Z', ' UTC') : '';
}

export function duration(seconds) {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return '';
  if (seconds < 10) return (Math.round(seconds * 10) / 10) + ' s';
  if (seconds < 120) return Math.round(seconds) + ' s';
  if (seconds < 7200) return Math.round(seconds / 60) + ' min';
  if (seconds < 172800) return (seconds / 3600).toFixed(1) + ' h';
  return (seconds / 86400).toFixed(1) + ' d';
}

export function between(from, to) {
  return duration((Date.parse(to) - Date.parse(from)) / 1000);
}

export function ago(text) {
  return text ? duration(Math.max(0, (Date.now() - Date.parse(text)) / 1000)) + ' ago' : '';
}

export function plural(count, one, many) {
  return count + ' ' + (count === 1 ? one : many);
}

/** Only http and https lead anywhere; whatever else a member may publish is shown and no link. */
export function originOf(apiUrl) {
  try {
    const url = new URL(apiUrl);
    return url.protocol === 'http:' || url.protocol === 'https:' ? url.origin : '';
  } catch (_) {
    return '';
  }
}
