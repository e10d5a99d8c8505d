import { dirname } from 'node:path';

/** Set up as a new project is: nothing here knows of a proxy. The packages are in the folder above. */
export default { turbopack: { root: dirname(import.meta.dirname) } };
