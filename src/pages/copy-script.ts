/** Copies the command where the browser lets a page do so; without it, or without scripts, the text can be selected. */
export const copyScript = `
const [button, said] = document.getElementById('copy').children;
button.hidden = !navigator.clipboard;
button.onclick = async () => {
  await navigator.clipboard.writeText(document.getElementById('curl').textContent);
  said.textContent = 'Copied.';
};
`;
