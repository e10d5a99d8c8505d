/**
 * The script of the waiting page. It sends HEAD requests to the page's own URL until the response is no longer a failure of
 * the proxy, then reloads the page. The pauses grow, with full jitter, so that many browsers do not return at the same
 * moment. It stops while the tab is hidden and while the visitor has paused it. Screen readers announce start, pause,
 * resume and success, and nothing in between. Its texts come from the page.
 *
 * Where the page says so, its checks wake the backend (WAKE): they carry a field that no other site can send.
 *
 * After a reload it begins with longer pauses: the backend responded to HEAD and then failed on GET.
 */
export const waitingScript = `
const box = document.getElementById('wait');
const [status, count, button] = box.children;
const words = box.dataset;
const [{ type } = {}] = performance.getEntriesByType('navigation');
let tries = type === 'reload' ? 3 : 0;
let timer, request, due;
let paused = false;

// AWS marks its own errors; Proxy-Status marks the proxy's failures.
const isBack = ({ headers }) =>
  !headers.has('x-amzn-errortype') && !/^lambda-rproxy;.*error=/.test(headers.get('proxy-status') ?? '');

async function probe() {
  count.textContent = words.checking;
  const mine = (request = new AbortController());
  const limit = setTimeout(() => mine.abort(), 60000);
  const headers = words.wake ? { 'x-lambda-rproxy-wake': words.wake } : {};
  const options = { method: 'HEAD', headers, cache: 'no-store', redirect: 'manual', signal: mine.signal };
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
