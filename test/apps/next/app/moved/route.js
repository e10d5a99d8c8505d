import { redirect } from 'next/navigation';

/** A redirect to a path, without a host. */
export const GET = () => redirect('/left');
