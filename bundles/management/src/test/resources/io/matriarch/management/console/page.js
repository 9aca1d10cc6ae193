'use strict';
// Runs console.js over a page of its own making, with the answers given as JSON in the file named first, and prints
// the page. A text node is printed as a browser would write it; whoever builds markup out of a string is thrown out.
const fs = require('fs');
const vm = require('vm');

const [script, answersFile, clicks] = process.argv.slice(2);
const answers = JSON.parse(fs.readFileSync(answersFile, 'utf8'));
const sent = [];

class Node {
  constructor(name) {
    this.name = name;
    this.children = [];
    this.listeners = {};
    this.value = '';
    this.attributes = {};
  }
  set textContent(text) { this.children = [String(text)]; }
  get textContent() { return this.children.map((c) => (c instanceof Node ? c.textContent : c)).join(''); }
  set innerHTML(_) { throw new Error('innerHTML is used'); }
  set outerHTML(_) { throw new Error('outerHTML is used'); }
  insertAdjacentHTML() { throw new Error('insertAdjacentHTML is used'); }
  set href(url) { this.attributes.href = url; }
  append(...more) { this.children.push(...more.map((c) => (c instanceof Node ? c : String(c)))); }
  replaceChildren(...more) { this.children = []; this.append(...more); }
  addEventListener(type, listener) { this.listeners[type] = listener; }
  showModal() { this.open = true; }
  close() { this.open = false; }
  focus() {}
  toString() {
    const escape = (t) => t.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
    const href = this.attributes.href ? ' href="' + escape(this.attributes.href).replace(/"/g, '&quot;') + '"' : '';
    return '<' + this.name + href + '>'
      + this.children.map((c) => (c instanceof Node ? c.toString() : escape(c))).join('') + '</' + this.name + '>';
  }
}

const byId = new Map();
const document = {
  title: '',
  createElement: (name) => new Node(name),
  getElementById: (id) => {
    if (!byId.has(id)) byId.set(id, new Node(id));
    return byId.get(id);
  },
};

async function fetch(path, options) {
  if (options.method === 'POST') {
    sent.push('POST ' + path + ' ' + options.body);
    return { ok: true, status: 200, text: async () => '{"status":200,"text":"<b>done</b>","hint":""}' };
  }
  const answer = answers[path.split('?')[0]];
  return answer === undefined
    ? { ok: false, status: 503, json: async () => ({}) }
    : { ok: true, status: 200, json: async () => answer };
}

const context = { document, fetch, URL, Date, Promise, JSON, Math, Object, String, Error, Map,
  location: { origin: 'http://127.0.0.1:8008' }, setTimeout: () => {} };
vm.runInNewContext(fs.readFileSync(script, 'utf8'), context);

const turn = () => new Promise((done) => setImmediate(done));

(async () => {
  for (let i = 0; i < 20; i++) await turn();
  for (const click of (clicks || '').split(',').filter((c) => c)) {
    const [id, text] = click.split('=');
    if (text === undefined) await document.getElementById(id).listeners.click();
    else {
      document.getElementById(id).value = text;
      const listener = document.getElementById(id).listeners.input;
      if (listener) listener();
    }
    for (let i = 0; i < 20; i++) await turn();
  }
  for (const node of byId.values()) console.log(node.toString());
  for (const line of sent) console.log(line);
  console.log('go disabled: ' + document.getElementById('go').disabled);
})();
