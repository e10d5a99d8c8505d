import { cookies } from 'next/headers';
import Link from 'next/link';
import { leave, sign } from './actions.js';

export default async function Page() {
  const name = (await cookies()).get('name')?.value;
  return (
    <main>
      <h1>Guest book</h1>
      {name ? <p id="signed">Signed by {name}</p> : null}
      <form action={sign}>
        <input name="name" />
        <button type="submit">Sign</button>
      </form>
      <form action={leave}>
        <button type="submit">Leave</button>
      </form>
      <Link href="/left">Left</Link>
      <a href="/moved">Moved</a>
    </main>
  );
}
