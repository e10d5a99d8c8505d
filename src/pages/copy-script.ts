/** Copies the command if the browser allows it; otherwise, or without scripts, users can select the text. */
export const copyScript = `
const [button, said] = document.getElementById('copy').children;
button.hidden = !navigator.clipboard;
button.onclick = async () => {
  await navigator.clipboard.writeText(document.getElementById('curl').textContent);
  said.textContent = 'Copied.';
};
`;
