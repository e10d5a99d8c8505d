/** BASIC_LOGIN, as one lazy chunk of the bundle: most functions never load it. */
export { receiveLogIn } from './receive.ts';
export { respondToLogIn } from './respond.ts';
