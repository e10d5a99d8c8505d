import { type Exchange, send, sendHtml, sendJson } from './exchange.ts';
import { page } from './pages.ts';

const UTF8_LINES = [
  '∮ E⋅da = Q, n → ∞, ∑ f(i) = ∏ g(i), ∀x∈ℝ: ⌈x⌉ = −⌊−x⌋',
  'Grüße, naïve façade, œuvre, smørrebrød, žluťoučký kůň',
  'Ελληνικά, русский, עברית, العربية, हिन्दी, ไทย, 日本語, 한국어',
  'Beyond the basic plane: 🦊 🚂 𝔘𝔫𝔦𝔠𝔬𝔡𝔢',
];

const XML = `<?xml version="1.0" encoding="UTF-8"?>
<slideshow title="Sample Slide Show" author="The demo backend">
  <slide type="all"><title>What a reverse proxy does</title></slide>
  <slide type="all"><title>Overview</title><item>Grüße &amp; <em>more</em></item></slide>
</slideshow>
`;

/** `/html`: a page of prose with non-ASCII text. */
export function sendProse(exchange: Exchange): void {
  const prose = `<h1>Herman Melville - Moby-Dick</h1>
<p>“Call me Ishmael. Some years ago—never mind how long precisely—having little or no money in my purse, and nothing
particular to interest me on shore, I thought I would sail about a little and see the watery part of the world.”</p>
<p lang="de">„Nennt mich Ismael.“ Ein Schiff fährt übers Meer – für 3 € oder 2 £.</p>`;
  sendHtml(exchange, page('Moby-Dick', prose));
}

/** `/encoding/utf8`: a page with characters of two, three and four bytes. */
export function sendUtf8(exchange: Exchange): void {
  const lines = UTF8_LINES.map((line) => `<p>${line}</p>`).join('\n');
  sendHtml(exchange, page('UTF-8', `<h1>UTF-8</h1>\n${lines}`));
}

/** `/encoding/latin1`: a page whose bytes are no valid UTF-8. */
export function sendLatin1(exchange: Exchange): void {
  const html = page('Latin-1', '<h1>ISO 8859-1</h1>\n<p>Grüße aus Malmö, ¿qué tal?, déjà vu, ½ £</p>', 'iso-8859-1');
  send(exchange, 200, { 'Content-Type': 'text/html; charset=iso-8859-1' }, Buffer.from(html, 'latin1'));
}

/** `/json`: a document in the layout of httpbin's. */
export function sendSampleJson(exchange: Exchange): void {
  sendJson(exchange, {
    slideshow: {
      author: 'The demo backend',
      date: 'date of publication',
      slides: [
        { title: 'What a reverse proxy does', type: 'all' },
        { items: ['Requests go in', 'Answers come out'], title: 'Overview', type: 'all' },
      ],
      title: 'Sample Slide Show',
    },
  });
}

/** `/xml`. */
export function sendXml(exchange: Exchange): void {
  send(exchange, 200, { 'Content-Type': 'application/xml' }, XML);
}

/** `/robots.txt`. */
export function sendRobots(exchange: Exchange): void {
  send(exchange, 200, { 'Content-Type': 'text/plain' }, 'User-agent: *\nDisallow: /deny\n');
}
