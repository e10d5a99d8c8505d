/** File extensions of scripts whose server gives them the rest of the path (PATH_INFO, RFC 3875 §4.1.5). */
const extension = new RegExp(
  `\\.(?:${[
    'php[3-8s]?|phtml|phar|cgi|fcgi|scgi|fpl|pl|plx|psgi|pyc?|wsgi|rb|rhtml|lua|tcl|adp|sh|bat|cmd|exe|dll|nsf|shtml',
    'aspx?|ashx|asmx|axd|svc|mvc|rem|soap|cshtml|vbhtml|jspx?|jhtml|do|action|faces|jsf|cf[cm]|cfml|hx|go',
  ].join('|')})$`,
);

/**
 * Tells whether a name is a script's. `index` is one too, because Apache's MultiViews completes it.
 *
 * @param name in lower case
 * @example isScriptName('app_dev.php') // true
 */
export const isScriptName = (name: string): boolean => name === 'index' || (name.includes('.') && extension.test(name));

/**
 * Tells whether a folder holds scripts alone, whatever their names.
 *
 * @param name in lower case
 */
export const isScriptFolder = (name: string): boolean => name.endsWith('cgi-bin');
