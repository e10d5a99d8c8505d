import Link from 'next/link';

export default function Page() {
  return (
    <main>
      <h1>Come back</h1>
      <Link href="/">Home</Link>
    </main>
  );
}
