'use server';

import { cookies } from 'next/headers';
import { redirect } from 'next/navigation';

/** A server action that stays on the page. */
export async function sign(form) {
  (await cookies()).set('name', String(form.get('name')));
}

/** A server action that ends in a redirect. */
export async function leave() {
  (await cookies()).delete('name');
  redirect('/left');
}
