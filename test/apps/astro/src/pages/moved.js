/** An absolute redirect to what the application believes to be its address. */
export const GET = ({ url }) => Response.redirect(new URL('/', url), 302);
