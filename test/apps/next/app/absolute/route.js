import { NextResponse } from 'next/server';

/** A redirect to an absolute URL. Outside Vercel, request.url has the name that the server listens on. */
export const GET = (request) => NextResponse.redirect(new URL('/left', request.url));
