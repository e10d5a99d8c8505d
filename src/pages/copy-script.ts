/**
 * Copies a text if the browser allows it: that of the attribute, or the command of the dump. Otherwise, or without
 * scripts, users can select it. A block, because another script may stand before it.
 */
export const copyScript = `
{
  const copy = document.getElementById('copy');
  const [button, said] = copy.children;
  button.hidden = !navigator.clipboard;
  button.onclick = async () => {
    await navigator.clipboard.writeText(copy.dataset.text ?? document.getElementById('curl').textContent);
    said.textContent = copy.dataset.said;
  };
}
`;
