/** Makes text safe inside HTML and inside quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/**
 * A whole HTML document in the demo's style.
 *
 * @param title Text, not HTML.
 * @param main The HTML of the page's main part.
 * @param charset The encoding that the page declares and that the caller sends it in.
 */
export function page(title: string, main: string, charset = 'utf-8'): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="${charset}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="/image/svg">
<link rel="stylesheet" href="/style.css">
</head>
<body>
<main>
${main}
</main>
<footer><a href="/">Demo backend</a></footer>
</body>
</html>
`;
}

/**
 * Returns a short page for an error.
 *
 * @param title Text, not HTML; so is `message`.
 */
export function errorPage(title: string, message: string): string {
  return page(title, `<h1>${escapeHtml(title)}</h1>\n<p>${escapeHtml(message)}</p>`);
}

/** The body of a redirect, for clients that do not follow it. */
export function redirectPage(location: string): string {
  const href = escapeHtml(location);
  return page('Redirecting', `<h1>Redirecting</h1>\n<p>The page is at <a href="${href}">${href}</a>.</p>`);
}

/** `/forms/post`: an urlencoded form with the field names of httpbin's. */
export const POST_FORM_PAGE = page(
  'Order a pizza',
  `<h1>Order a pizza</h1>
<form method="post" action="/post">
<label>Customer name <input name="custname" autocomplete="name"></label>
<label>Telephone <input type="tel" name="custtel" autocomplete="tel"></label>
<label>E-mail address <input type="email" name="custemail" autocomplete="email"></label>
<fieldset><legend>Size</legend>
<label><input type="radio" name="size" value="small"> Small</label>
<label><input type="radio" name="size" value="medium"> Medium</label>
<label><input type="radio" name="size" value="large"> Large</label>
</fieldset>
<fieldset><legend>Toppings</legend>
<label><input type="checkbox" name="topping" value="cheese"> Extra cheese</label>
<label><input type="checkbox" name="topping" value="onion"> Onion</label>
<label><input type="checkbox" name="topping" value="mushroom"> Mushroom</label>
</fieldset>
<label>Delivery time <input type="time" name="delivery" min="11:00" max="21:00" step="900"></label>
<label>Delivery instructions <textarea name="comments" rows="3"></textarea></label>
<button>Submit order</button>
</form>`,
);

/** `/forms/upload`: a multipart form with a text field `note` and any number of files in `file`. */
export const UPLOAD_FORM_PAGE = page(
  'Upload files',
  `<h1>Upload files</h1>
<form method="post" action="/post" enctype="multipart/form-data">
<label>Note <input name="note"></label>
<label>Files <input type="file" name="file" multiple></label>
<button>Upload</button>
</form>`,
);

/** `/sse.html`: shows the events of `/sse` as they come. */
export const EVENTS_PAGE = page(
  'Server-sent events',
  `<h1>Server-sent events</h1>
<p role="status" id="state">Connecting…</p>
<ol id="events"></ol>
<script>
const state = document.getElementById('state');
const source = new EventSource('/sse');
source.onopen = () => { state.textContent = 'Receiving'; };
source.onerror = () => { state.textContent = 'The stream broke off'; source.close(); };
source.onmessage = (message) => {
  const event = JSON.parse(message.data);
  const item = document.createElement('li');
  item.textContent = 'sent ' + event.time + ', received ' + new Date().toISOString();
  document.getElementById('events').append(item);
  // An EventSource would connect again after the last event.
  if (event.id === event.count) { source.close(); state.textContent = 'Complete'; }
};
</script>`,
);
