/**
 * The script of the waiting page. It asks for the page's own address until the answer is no failure of the proxy any
 * more, and then loads it: with growing pauses and full jitter, so that many waiting browsers do not come back at once;
 * not while the tab is hidden; not while paused. It is said aloud that it began, paused, resumed and succeeded, and
 * nothing in between. All its words come from the page.
 *
 * A page that has just been loaded anew begins with longer pauses: the backend answered HEAD and then failed on GET.
 */
export const waitingScript = `
const box = document.getElementById('wait');
const [status, count, button] = box.children;
const words = box.dataset;
const [{ type } = {}] = performance.getEntriesByType('navigation');
let tries = type === 'reload' ? 3 : 0;
let timer, request, due;
let paused = false;

// AWS says so itself when the function could not be asked; otherwise Proxy-Status tells the proxy's failures.
const isBack = ({ headers }) =>
  !headers.has('x-amzn-errortype') && !/^lambda-rproxy;.*error=/.test(headers.get('proxy-status') ?? '');

async function probe() {
  count.textContent = words.checking;
  const mine = (request = new AbortController());
  const limit = setTimeout(() => mine.abort(), 60000);
  const options = { method: 'HEAD', cache: 'no-store', redirect: 'manual', signal: mine.signal };
  const back = await fetch(location.href, options).then(isBack, () => false);
  clearTimeout(limit);
  if (request === mine) back ? leave() : plan();
}

function leave() {
  status.textContent = words.back;
  count.textContent = '';
  location.reload();
}

function plan() {
  tries += 1;
  due = Date.now() + 1000 + Math.random() * 1000 * Math.min(60, 2 ** tries);
  tick();
}

function tick() {
  const left = Math.ceil((due - Date.now()) / 1000);
  if (left <= 0) return probe();
  count.textContent = words.next.replace('#', left);
  timer = setTimeout(tick, 500);
}

const resting = () => paused || document.hidden;

function rest() {
  clearTimeout(timer);
  request?.abort();
  request = undefined;
  count.textContent = '';
}

button.onclick = () => {
  paused = !paused;
  button.textContent = paused ? words.resume : words.pause;
  status.textContent = paused ? words.paused : words.explained;
  paused ? rest() : probe();
};
document.addEventListener('visibilitychange', () => (resting() ? rest() : probe()));

box.hidden = false;
status.textContent = words.explained;
if (!resting()) plan();
`;
