// Asks the application, draws what it answers, and how long it took.
const $ = (id) => document.getElementById(id);
const SVG = 'http://www.w3.org/2000/svg';
const MOST_BARS = 70;
const capitals = new Map();

function add(parent, name, attributes, text) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text) element.textContent = text;
  return parent.appendChild(element);
}

async function ask(path, options) {
  const response = await fetch('api/' + path, options);
  if (!response.ok) throw new Error(`${path}: ${response.status} ${response.statusText}`);
  return response.status === 204 ? null : response.json();
}

const millis = (value) => value < 10 ? value.toFixed(2) + ' ms' : value < 10000 ? Math.round(value) + ' ms' : (value / 1000).toFixed(1) + ' s';

function drawBar(answer) {
  const bar = document.createElement('i');
  bar.className = answer.hit ? 'hit' : 'miss';
  bar.style.height = Math.max(3, 22 * Math.log10(1 + answer.millis * 10)) + '%';
  bar.title = millis(answer.millis);
  $('requests').append(bar);
  while ($('requests').childElementCount > MOST_BARS) $('requests').firstChild.remove();
}

/** Shows a journey as large as it fits; the map keeps its shape. */
function zoomTo(stops) {
  const across = stops.map((s) => s.longitude), down = stops.map((s) => -s.latitude);
  const middle = (values) => (Math.min(...values) + Math.max(...values)) / 2;
  const span = (values) => Math.max(...values) - Math.min(...values);
  const width = Math.min(364, Math.max(60, 2.2 * span(across), 1.8 * span(down) * 364 / 140));
  const height = width * 140 / 364;
  $('map').setAttribute('viewBox', `${middle(across) - width / 2} ${middle(down) - height / 2} ${width} ${height}`);
  $('map').style.setProperty('--unit', width / 364);
}

function drawJourney(answer) {
  const kind = answer.hit ? 'hit' : 'miss';
  const map = $('map');
  map.querySelectorAll('polyline, text').forEach((old) => old.remove());
  map.querySelectorAll('.stop').forEach((old) => old.classList.remove('stop'));
  const stops = answer.journey.stops.map((code) => capitals.get(code));
  zoomTo(stops);
  add(map, 'polyline', { class: kind, points: stops.map((s) => `${s.longitude},${-s.latitude}`).join(' ') });
  for (const stop of stops.slice(0, -1)) {
    $('at-' + stop.code).classList.add('stop');
    const unit = Number(map.style.getPropertyValue('--unit'));
    add(map, 'text', { x: stop.longitude + 1.6 * unit, y: -stop.latitude - 1.2 * unit }, stop.name);
  }
  const line = $('journey');
  line.className = kind;
  line.replaceChildren(
    stops.map((s) => s.name).join(' – ') + `: ${answer.journey.kilometres.toLocaleString('en')} km, found by the `,
    Object.assign(document.createElement('b'), { textContent: answer.hit ? 'cache' : 'database' }),
    ` in ${millis(answer.millis)}`);
}

async function showFigures() {
  const figures = await ask('figures');
  const all = figures.hits + figures.misses;
  $('hits').textContent = figures.hits;
  $('misses').textContent = figures.misses;
  $('ratio').textContent = all ? Math.round(100 * figures.hits / all) + ' %' : '–';
  $('saved').textContent = millis(figures.savedMillis);
  $('store').textContent = figures.store;
}

async function find(code) {
  $('country').value = code;
  const answer = await ask('journeys/' + code);
  drawBar(answer);
  drawJourney(answer);
  await showFigures();
}

async function busily(work) {
  const buttons = document.querySelectorAll('button');
  buttons.forEach((b) => { b.disabled = true; });
  try {
    await work();
  } catch (failed) {
    $('journey').textContent = failed.message;
  } finally {
    buttons.forEach((b) => { b.disabled = false; });
  }
}

async function tour() {
  const codes = [...capitals.keys()].filter((code, i) => i % 6 === 0).slice(0, 30);
  for (const code of [...codes, ...codes]) await find(code);
}

async function start() {
  for (const capital of await ask('capitals')) {
    capitals.set(capital.code, capital);
    const dot = add($('map'), 'circle', { id: 'at-' + capital.code, cx: capital.longitude, cy: -capital.latitude });
    add(dot, 'title', {}, `${capital.name}, ${capital.country}`);
    dot.addEventListener('click', () => busily(() => find(capital.code)));
    $('country').append(new Option(`${capital.name}, ${capital.country}`, capital.code));
  }
  $('go').addEventListener('click', () => busily(() => find($('country').value)));
  $('tour').addEventListener('click', () => busily(tour));
  $('forget').addEventListener('click', () => busily(async () => {
    await ask('journeys', { method: 'DELETE' });
    await showFigures();
  }));
  await showFigures();
  // Others may use the same cache.
  setInterval(() => showFigures().catch(() => {}), 1000);
  document.body.dataset.ready = 'yes';
}

start().catch((failed) => { $('journey').textContent = failed.message; });
