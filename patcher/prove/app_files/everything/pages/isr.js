export default function Isr({ at }) {
  return <p>made at {at}</p>;
}

export async function getStaticProps() {
  return { props: { at: Date.now() }, revalidate: 1 };
}
